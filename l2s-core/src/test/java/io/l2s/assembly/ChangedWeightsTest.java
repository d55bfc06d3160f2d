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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
      assertThat(runtime.weightsChange()).isEmpty();
      model.generate(GenerationRequest.of("Hello."));

      overwrite();

      assertThat(unready.await(60, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> model.generate(GenerationRequest.of("Hello.")))
          .isInstanceOf(WeightsChangedException.class)
          .hasMessageContaining(weights.toString());
    }
    assertThat(runtime.weightsChange()).as("of a closed model").isEmpty();
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
      assertThat(runtime.weightsChange()).isEmpty();
    }
  }

  private LlmEncoder load(Precision precision, boolean copyWeights) {
    return new ModelLoader(runtime, runtime.devices())
        .loadLlm(checkpoint, new ComponentOptions(DeviceSpec.CPU, precision, copyWeights));
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
