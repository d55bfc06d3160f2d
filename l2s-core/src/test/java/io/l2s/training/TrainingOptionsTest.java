package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.l2s.InvalidSettingException;
import io.l2s.training.TrainingOptions.Decay;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The bounds of the options and the course of the learning rate. */
class TrainingOptionsTest {

  @ParameterizedTest
  @CsvSource({
    "COSINE, 0.5, 0.51",
    "COSINE, 1, 0.02",
    "LINEAR, 0.25, 0.755",
    "LINEAR, 1, 0.02",
    "CONSTANT, 0.25, 1",
    "CONSTANT, 1, 1",
  })
  void theRateFallsAsItsDecaySays(Decay decay, double progress, double expected) {
    TrainingOptions options =
        TrainingOptions.forSteps(10).learningRate(1).warmUp(0.1).decay(decay).build();
    assertThat(options.learningRateAt(progress)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void theRateRisesWithinTheWarmUp() {
    TrainingOptions options =
        TrainingOptions.forSteps(10).learningRate(1).warmUp(0.1).decay(Decay.CONSTANT).build();
    assertThat(options.learningRateAt(0)).isCloseTo(0.001, within(1e-12));
    assertThat(options.learningRateAt(0.05)).isCloseTo(0.501, within(1e-12));
  }

  static Stream<Arguments> outOfBounds() {
    return Stream.of(
        refused("batchTokens", builder -> builder.batchTokens(0)),
        refused("accumulation", builder -> builder.accumulation(0)),
        refused("dropout", builder -> builder.dropout(1)),
        refused("dropout", builder -> builder.dropout(-0.1)),
        refused("saveEvery", builder -> builder.saveEvery(Duration.ZERO)),
        refused("learningRate", builder -> builder.learningRate(Double.NaN)));
  }

  private static Arguments refused(String field, UnaryOperator<TrainingOptions.Builder> change) {
    return Arguments.of(field, change);
  }

  @ParameterizedTest
  @MethodSource("outOfBounds")
  void aValueOutOfBoundsIsNamed(String field, UnaryOperator<TrainingOptions.Builder> change) {
    TrainingOptions.Builder builder = change.apply(TrainingOptions.forSteps(1));
    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(field);
  }
}
