package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs of {@code l2s evaluate} on the fixture models. */
final class EvaluationRuns {

  private EvaluationRuns() {}

  /** Writes pairs; the hybrid's greedy answer to the first is its first reference. */
  static Path writeData(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("data.tsv"),
        "I met him the other day.\tIch habe einen trank.\n"
            + "I met him the other day.\tIch habe ihn neulich getroffen.\n"
            + "Hello.\tHallo.\n");
  }

  /** Evaluates {@code model} on {@code data}, unless {@code more} names others. */
  static CliRun evaluateOf(String option, String model, Path data, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", option, model));
    if (!List.of(more).contains("--data")) {
      arguments.addAll(List.of("--data", data.toString()));
    }
    arguments.addAll(List.of("--precision", "f32"));
    arguments.addAll(List.of("--max-new-tokens", FixtureBundle.MAX_NEW_TOKENS));
    arguments.addAll(List.of(more));
    return CliRun.of(arguments.toArray(String[]::new));
  }

  static void assertFailure(CliRun run, String message) {
    assertThat(run.err()).contains(message).doesNotContain("\tat ").hasLineCount(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(1);
  }
}
