package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.l2s.DataFileException;
import io.l2s.Fixture;
import io.l2s.Precision;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Features that are computed once, by the tiny fixture LLM. */
class FeatureStoreTest {

  private static final String KEY = "k".repeat(64);
  private static final List<int[]> PROMPTS =
      List.of(new int[] {5, 6, 1}, new int[] {9, 1}, new int[] {5, 6, 1}, new int[] {7, 8, 9, 1});

  private static NativeRuntime runtime;
  private static LlmEncoder llm;

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    runtime = NativeRuntime.start(false);
    llm =
        new ModelLoader(runtime, () -> 0)
            .loadLlm(Fixture.path("t5-llm"), new ComponentOptions(DeviceSpec.CPU, Precision.F32));
  }

  @AfterAll
  static void stop() {
    llm.close();
    runtime.close();
  }

  @Test
  void storedFeaturesAreTheLlmsAndZerosBeyond() {
    try (FeatureStore store = complete(new Progress())) {
      float[] stored = features(store, PROMPTS.get(3), PROMPTS.get(1));
      int row = 4 * llm.width();
      assertThat(Fixture.largestDifference(first(stored, row), features(llm, PROMPTS.get(3))))
          .isLessThan(1e-5f);
      float[] two = features(llm, PROMPTS.get(1));
      for (int i = 0; i < row; i++) {
        float expected = i < two.length ? two[i] : 0;
        assertThat(Math.abs(stored[row + i] - expected)).isLessThan(1e-5f);
      }
    }
  }

  @Test
  void eachDistinctPromptIsStoredOnceAndTheSizeIsToldBefore() throws IOException {
    Progress progress = new Progress();
    complete(progress).close();
    assertThat(progress.totals).containsOnly(3);
    assertThat(progress.sizes.get(0)).isEqualTo(Files.size(file()));
    assertThat(Files.size(file())).isEqualTo(80 + (3 + 2 + 4) * 4L * llm.width() + 3 * 4);
  }

  @Test
  void aCompleteFileNeedsNoLlm() throws IOException {
    complete(new Progress()).close();
    byte[] before = Files.readAllBytes(file());
    Progress again = new Progress();
    complete(again).close();
    assertThat(again.done).containsExactly(3);
    assertThat(file()).hasBinaryContent(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 80, 90, 500, 1000, -1})
  void aFileThatWasCutShortIsCompleted(int length) throws IOException {
    complete(new Progress()).close();
    byte[] whole = Files.readAllBytes(file());
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.truncate(length < 0 ? whole.length + length : length);
    }
    try (FeatureStore store = complete(new Progress())) {
      for (int[] prompt : PROMPTS) {
        assertThat(Fixture.largestDifference(features(store, prompt), features(llm, prompt)))
            .isLessThan(1e-5f);
      }
    }
    assertThat(Files.size(file())).isEqualTo(whole.length);
  }

  @Test
  void aStopKeepsWhatIsThere() {
    Progress stopping = new Progress();
    stopping.stop = true;
    try (FeatureStore store = open()) {
      assertThat(store.complete(runtime, stopping)).isFalse();
    }
    assertThat(stopping.done).containsExactly(0);
  }

  @Test
  void aDamagedRecordIsRefusedWhenItIsRead() throws IOException {
    complete(new Progress()).close();
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 100);
    }
    try (FeatureStore store = complete(new Progress())) {
      assertThat(features(store, PROMPTS.get(0))).isNotEmpty();
      assertThatThrownBy(() -> features(store, PROMPTS.get(1)))
          .isInstanceOf(DataFileException.class)
          .hasMessageContaining(file().toString())
          .hasMessageContaining("are damaged in record 0; delete the file");
    }
  }

  @Test
  void aFileOfOtherPromptsIsRefused() {
    complete(new Progress()).close();
    assertThatThrownBy(() -> FeatureStore.open(file(), "x".repeat(64), llm, prompts()))
        .isInstanceOf(DataFileException.class)
        .hasMessageContaining("another model or other prompts");
  }

  @Test
  void featuresThatAnotherTrainingIsComputingAreRefused() {
    Progress meanwhile =
        new Progress() {
          @Override
          public boolean stopRequested() {
            try (FeatureStore second = open()) {
              assertThatThrownBy(() -> second.complete(runtime, new Progress()))
                  .isInstanceOf(DataFileException.class)
                  .hasMessageContaining(file().toString())
                  .hasMessageContaining("are being computed by another training");
            }
            return super.stopRequested();
          }
        };
    complete(meanwhile).close();
    complete(new Progress()).close();
  }

  private static List<int[]> prompts() {
    return FeatureStore.distinct(List.of(PROMPTS));
  }

  private FeatureStore complete(Progress progress) {
    FeatureStore store = open();
    assertThat(store.complete(runtime, progress)).isTrue();
    return store;
  }

  private FeatureStore open() {
    return FeatureStore.open(file(), KEY, llm, prompts());
  }

  private Path file() {
    return directory.resolve("features.bin");
  }

  private static float[] features(LlmEncoder encoder, int[]... prompts) {
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            return encoder.encode(scope, TokenBatch.of(prompts)).toFloatArray();
          }
        });
  }

  private static float[] first(float[] values, int count) {
    return Arrays.copyOf(values, count);
  }

  private static class Progress implements TrainingListener {

    final List<Integer> done = new ArrayList<>();
    final List<Integer> totals = new ArrayList<>();
    final List<Long> sizes = new ArrayList<>();
    boolean stop;

    @Override
    public void onFeatures(int now, int total, Path file, long bytes) {
      done.add(now);
      totals.add(total);
      sizes.add(bytes);
    }

    @Override
    public void onStep(TrainingProgress progress) {}

    @Override
    public void onValidation(int step, double loss, boolean best) {}

    @Override
    public boolean stopRequested() {
      return stop;
    }
  }
}
