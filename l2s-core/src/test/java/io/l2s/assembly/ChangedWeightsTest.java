package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.Fixture;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.WeightsChangedException;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.LlmEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mapped files of weights that are changed in place, and copied ones. */
@Timeout(120)
class ChangedWeightsTest extends OnEngine {

  @TempDir private Path directory;
  private Path checkpoint;
  private Path weights;

  @BeforeEach
  void copy() throws IOException {
    checkpoint = Fixture.copy("t5-llm", directory);
    weights = checkpoint.resolve("model.safetensors");
  }

  @Test
  void aServedModelStopsWhenItsMappedFileIsWrittenTo() throws Exception {
    CountDownLatch unready = new CountDownLatch(1);
    try (LlmEncoder llm = load(Precision.F32, false);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime)
                .llm(llm, checkpoint)
                .responsiveness(responsive -> unready.countDown())
                .build()) {
      assertThat(llm.weightsChange()).isEmpty();
      model.generate(GenerationRequest.of("Hello."));

      overwrite();

      assertThat(unready.await(60, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> model.generate(GenerationRequest.of("Hello.")))
          .isInstanceOf(WeightsChangedException.class)
          .hasMessageContaining(weights.toString());
      llm.close();
      assertThat(llm.weightsChange()).as("of a closed model").isEmpty();
    }
  }

  @Test
  void aChangedFileStopsNoModelThatReadsOtherFiles() throws Exception {
    Path others = Fixture.copy("t5-llm", Files.createDirectory(directory.resolve("others")));
    CountDownLatch unready = new CountDownLatch(1);
    CountDownLatch othersUnready = new CountDownLatch(1);
    try (LlmEncoder llm = load(Precision.F32, false);
        LlmEncoder other = load(others, Precision.F32, false);
        HybridLanguageModel model =
            new HybridModelBuilder(runtime)
                .llm(llm, checkpoint)
                .responsiveness(responsive -> unready.countDown())
                .build();
        HybridLanguageModel otherModel =
            new HybridModelBuilder(runtime)
                .llm(other, others)
                .responsiveness(responsive -> othersUnready.countDown())
                .build()) {
      String before = otherModel.generate(GenerationRequest.of("Hello.")).text();

      overwrite();

      assertThat(unready.await(60, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> model.generate(GenerationRequest.of("Hello.")))
          .isInstanceOf(WeightsChangedException.class);
      assertThat(other.weightsChange()).isEmpty();
      // Longer than a period of the other model's own look at its files.
      assertThat(othersUnready.await(1500, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(otherModel.generate(GenerationRequest.of("Hello.")).text()).isEqualTo(before);

      // The same file, loaded again while the old model is still there.
      try (LlmEncoder again = load(Precision.F32, false)) {
        assertThat(again.weightsChange()).isEmpty();
        assertThat(llm.weightsChange()).isPresent();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "INT8"})
  void copiedWeightsOutliveTheirFile(Precision precision) throws IOException {
    try (LlmEncoder llm = load(precision, true);
        HybridLanguageModel model = new HybridModelBuilder(runtime).llm(llm, checkpoint).build()) {
      String before = model.generate(GenerationRequest.of("Hello.")).text();

      overwrite();
      // With mapped weights, reading them now would end the JVM.
      Files.write(weights, new byte[0]);

      assertThat(model.generate(GenerationRequest.of("Hello.")).text()).isEqualTo(before);
      assertThat(llm.weightsChange()).isEmpty();
    }
  }

  /** Tables are copied where they are small, and the products are made of the file at load. */
  @Test
  void aSmallModelInInt8OutlivesItsFileInBf16() throws IOException {
    Path bf16 = Fixture.copy("t5-gated-bf16-sharded", directory);
    List<Path> shards;
    try (Stream<Path> files = Files.list(bf16)) {
      shards = files.filter(file -> file.toString().endsWith(".safetensors")).toList();
    }
    assertThat(shards).isNotEmpty();
    try (LlmEncoder llm = load(bf16, Precision.INT8, false);
        HybridLanguageModel model = new HybridModelBuilder(runtime).llm(llm, bf16).build()) {
      String before = model.generate(GenerationRequest.of("Hello.")).text();

      for (Path shard : shards) {
        Files.write(shard, new byte[0]);
      }

      assertThat(model.generate(GenerationRequest.of("Hello.")).text()).isEqualTo(before);
      assertThat(llm.weightsChange()).isEmpty();
    }
  }

  private LlmEncoder load(Precision precision, boolean copyWeights) {
    return load(checkpoint, precision, copyWeights);
  }

  private LlmEncoder load(Path from, Precision precision, boolean copyWeights) {
    return new ModelLoader(runtime, runtime.devices())
        .loadLlm(from, new ComponentOptions(DeviceSpec.CPU, precision, copyWeights));
  }

  /** As {@code cp} does, and without a change of size. */
  private void overwrite() throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    for (int i = bytes.length / 2; i < bytes.length; i++) {
      bytes[i] ^= 1;
    }
    try (FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes));
    }
  }
}
