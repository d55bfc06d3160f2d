package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.SafetensorsWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a stored state may say, and what is refused. */
class TrainingStoreTest {

  private static final String GOOD =
      "{\"step\": 7, \"elapsedNanos\": 5, \"bestLoss\": \"Infinity\", \"settings\": {\"seed\":"
          + " \"1\"}}";

  @TempDir private Path directory;

  @Test
  void aSoundStateIsRead() {
    assertThat(check(GOOD))
        .isEqualTo(new TrainingState(7, Duration.ofNanos(5), Double.POSITIVE_INFINITY));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7, | {}, | l2s.training.step must be a whole number between 0 and 2147483647, but was {}",
        "7, | 2147483648, | l2s.training.step must be a whole number",
        "\"step\": 7, | '' | l2s.training.step is missing",
        "5, | 1e999, | l2s.training.elapsedNanos must be a whole number",
        "5, | -1, | l2s.training.elapsedNanos must be a whole number",
        "\"Infinity\" | 1 | l2s.training.bestLoss must be a text, but was 1",
        "\"Infinity\" | \"low\" | l2s.training.bestLoss must be a number in a text, but was low",
        "{\"seed\": \"1\"} | [] | l2s.training.settings must be an object, but was []",
        "\"1\"} | {}} | l2s.training.settings.seed must be a text, but was {}",
        "\"1\"} | \"2\"} | was trained with seed 2, but now it is 1",
        "\"step\" | step | is not valid JSON",
        "{\"step\" | [{\"step\" | is not a JSON object"
      })
  void aFaultIsNamedWithFileAndField(String from, String to, String message) {
    assertThat(GOOD).contains(from);
    assertThatThrownBy(() -> check(GOOD.replace(from, to)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(directory.resolve("state.safetensors") + ": ")
        .hasMessageContaining(message);
  }

  private TrainingState check(String state) {
    Path file = directory.resolve("state.safetensors");
    SafetensorsWriter.write(file, Map.of("l2s.training", state), List.of());
    return TrainingStore.check(file, Map.of("seed", "1"));
  }
}
