package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.GenerationDefaults;
import io.l2s.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServingOptionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|1|1|1|1|0|queueCapacity must be at least 1, but was 0",
        "1|0|1|1|1|0|maxBatchSize must be at least 1, but was 0",
        "1|1|0|1|1|0|stepsPerCall must be between 1 and 8, but was 0",
        "1|1|9|1|1|0|stepsPerCall must be between 1 and 8, but was 9",
        "1|1|1|0|1|0|maxPromptCharacters must be at least 1, but was 0",
        "1|1|1|1|0|0|maxPromptTokens must be at least 1, but was 0",
        "1|1|1|1|1|-1|featureCacheBytes must be at least 0, but was -1"
      })
  void refusesWhatIsOutOfBoundsByName(
      int queue, int batch, int steps, int characters, int tokens, long cache, String message) {
    assertThatThrownBy(
            () ->
                new ServingOptions(
                    queue, batch, steps, characters, tokens, cache, GenerationDefaults.STANDARD))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(message);
  }

  @Test
  void takesTheSmallestBounds() {
    new ServingOptions(1, 1, 1, 1, 1, 0, GenerationDefaults.STANDARD);
  }
}
