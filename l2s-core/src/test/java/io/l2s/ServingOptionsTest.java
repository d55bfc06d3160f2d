package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ServingOptionsTest {

  static Stream<Arguments> outOfBounds() {
    return Stream.of(
        wrong(each -> each.queueCapacity(0), "queueCapacity must be at least 1, but was 0"),
        wrong(each -> each.maxBatchSize(0), "maxBatchSize must be at least 1, but was 0"),
        wrong(each -> each.admissionTokens(0), "admissionTokens must be at least 1, but was 0"),
        wrong(each -> each.stepsPerCall(0), "stepsPerCall must be between 1 and 8, but was 0"),
        wrong(each -> each.stepsPerCall(9), "stepsPerCall must be between 1 and 8, but was 9"),
        wrong(
            each -> each.maxPromptCharacters(0),
            "maxPromptCharacters must be at least 1, but was 0"),
        wrong(each -> each.maxPromptTokens(0), "maxPromptTokens must be at least 1, but was 0"),
        wrong(
            each -> each.maxBatchTokens(4351),
            "maxBatchTokens must be at least 4352, the longest prompt (4096) and its answer (256),"
                + " but was 4351"),
        wrong(
            each -> each.featureCacheBytes(-1), "featureCacheBytes must be at least 0, but was -1"),
        wrong(
            each -> each.nativeCallLimit(Duration.ofNanos(-1)),
            "nativeCallLimit must be at least 0, but was PT-0.000000001S"));
  }

  private static Arguments wrong(UnaryOperator<ServingOptions.Builder> change, String message) {
    return Arguments.of(change, message);
  }

  @ParameterizedTest
  @MethodSource("outOfBounds")
  void refusesWhatIsOutOfBoundsByName(
      UnaryOperator<ServingOptions.Builder> change, String message) {
    ServingOptions.Builder builder = change.apply(ServingOptions.builder());
    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(message);
  }

  @Test
  void aPromptIsAtMostEightCharactersATokenLongUnlessSetOtherwise() {
    assertThat(ServingOptions.STANDARD.maxPromptCharacters())
        .isEqualTo(8 * ServingOptions.STANDARD.maxPromptTokens())
        .isEqualTo(32_768);
  }

  @Test
  void takesTheSmallestBounds() {
    GenerationDefaults defaults = new GenerationDefaults(1, Optional.empty());
    assertThat(
            ServingOptions.builder()
                .queueCapacity(1)
                .maxBatchSize(1)
                .maxBatchTokens(2)
                .admissionTokens(1)
                .stepsPerCall(1)
                .maxPromptCharacters(1)
                .maxPromptTokens(1)
                .featureCacheBytes(0)
                .nativeCallLimit(Duration.ZERO)
                .defaults(defaults)
                .build())
        .isEqualTo(new ServingOptions(1, 1, 2, 1, 1, 1, 1, 0, Duration.ZERO, defaults));
  }
}
