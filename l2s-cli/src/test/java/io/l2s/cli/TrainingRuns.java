package io.l2s.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs of {@code l2s train} on the fixture models. */
final class TrainingRuns {

  private TrainingRuns() {}

  /** Writes three pairs. */
  static Path writePairs(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("pairs.tsv"),
        "Good morning.\tGuten Morgen.\nI like tea.\tIch mag Tee.\nHello.\tHallo.\n");
  }

  /** Trains a pair on {@code data} into {@code output}. */
  static CliRun train(Path data, Path output, String... more) {
    return CliRun.of(arguments(data, output, more).toArray(String[]::new));
  }

  static List<String> arguments(Path data, Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--llm",
                FixtureBundle.llm().toString(),
                "--data",
                data.toString(),
                "--dev",
                data.toString(),
                "--template",
                "translate English to German: {source}",
                "--batch-size",
                "2",
                "--output",
                output.toString()));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--validate-every")) {
      arguments.addAll(List.of("--validate-every", "2"));
    }
    if (!arguments.contains("--slm")) {
      arguments.addAll(List.of("--slm", FixtureBundle.hybrid().resolve("slm").toString()));
    }
    return arguments;
  }
}
