package io.l2s.cli;

import io.l2s.assembly.TrainingData;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code train} learns from. */
final class TrainingDataOptions {

  @Option(
      names = "--data",
      paramLabel = "FILE[=WEIGHT]",
      required = true,
      mapFallbackValue = "1",
      description =
          "Training pairs, compressed with gzip or not: source<TAB>target a line, or in a .jsonl file"
              + " an object a line. May be given several times; an epoch sees each pair of a file"
              + " WEIGHT times, once if not given.")
  private Map<Path, Double> data;

  @Option(
      names = "--dev",
      paramLabel = "FILE",
      required = true,
      description = "Validation pairs in the same form.")
  private Path dev;

  @Mixin private PairFormatOptions format;

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description = "Prompt with {source} in it; the bare source if not given.")
  private String template;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      defaultValue = "512",
      description =
          "Longest prompt and longest target in tokens, longer ones are refused; 512 if not given.")
  private int maxLength;

  @Option(
      names = "--leave-out-long",
      description = "Leave rows over --max-length out and say how many, instead of refusing them.")
  private boolean leaveOutLong;

  /**
   * @throws io.l2s.InvalidRequestException naming the value that is out of bounds
   */
  TrainingData data() {
    return new TrainingData(
        data.entrySet().stream()
            .map(part -> new TrainingData.Part(part.getKey(), part.getValue()))
            .toList(),
        dev,
        format.format(),
        Optional.ofNullable(template),
        maxLength,
        leaveOutLong);
  }
}
