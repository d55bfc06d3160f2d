package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Fixture;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.Program;
import io.l2s.model.t5.T5Family;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The activations of feed-forwards, against transformers' ACT2FN. */
class ActivationTest extends OnEngine {

  private static final float[] INPUTS = {-4f, -1f, -0.3f, 0f, 0.5f, 1f, 3f, 12f};

  @ParameterizedTest
  @CsvFileSource(resources = "/activations.csv")
  void areThoseOfTheReference(String name, String expected) {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path("t5-relu"));
    double[] outputs = Stream.of(expected.split(" ")).mapToDouble(Double::parseDouble).toArray();
    String known = Activation.of(checkpoint.config(), "feed_forward_proj", name).programName();
    runtime.call(
        () -> {
          try (Program program =
                  new T5Family()
                      .stored(checkpoint)
                      .load(new Loading(runtime, checkpoint, Device.cpu(), Precision.F32));
              NDManager scope = runtime.newScope()) {
            NDArray made = program.tensor(scope, "activated", scope.create(INPUTS), known);
            for (int i = 0; i < INPUTS.length; i++) {
              assertThat(made.getFloat(i)).isCloseTo((float) outputs[i], within(2e-6f));
            }
          }
          return null;
        });
  }

  @Test
  void anUnknownOneIsRefusedWithTheKnownOnes() {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path("t5-relu"));
    assertThatThrownBy(() -> Activation.of(checkpoint.config(), "feed_forward_proj", "prelu"))
        .hasMessageContaining("feed_forward_proj must be one of [gelu, gelu_10,")
        .hasMessageContaining("but was prelu");
  }
}
