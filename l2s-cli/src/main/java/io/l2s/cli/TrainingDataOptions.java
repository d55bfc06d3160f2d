package io.l2s.cli;

import io.l2s.PromptTemplate;
import io.l2s.training.TrainingData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The data that {@code train} learns from. */
final class TrainingDataOptions {

  private static final Pattern WEIGHTED =
      Pattern.compile("(.+)=([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--data",
      paramLabel = "FILE[=WEIGHT]",
      required = true,
      description =
          "Training pairs, compressed with gzip or not: source<TAB>target a line, or in a"
              + " .jsonl file an object a line. May be given several times. An epoch sees each"
              + " pair of a file WEIGHT times, once if not given. A number after the last = is"
              + " the weight; for a file whose name ends in =3 write FILE=3=1.")
  private List<String> data;

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
  private @Nullable String template;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      defaultValue = "512",
      description =
          "Longest prompt and longest target in tokens; longer ones are refused. 512 if not given.")
  private int maxLength;

  @Option(
      names = "--leave-out-long",
      description = "Leave out and count rows over --max-length instead of refusing them.")
  private boolean leaveOutLong;

  /**
   * @throws ParameterException naming the file that is given twice
   * @throws io.l2s.InvalidSettingException naming the value that is out of bounds
   */
  TrainingData data() {
    return new TrainingData(
        parts().stream()
            .map(part -> new TrainingData.Part(RereadableFile.of(part.file()), part.weight()))
            .toList(),
        RereadableFile.of(dev),
        format.format(),
        Optional.ofNullable(template).map(PromptTemplate::new),
        maxLength,
        leaveOutLong ? TrainingData.LongRows.LEAVE_OUT : TrainingData.LongRows.REFUSE);
  }

  private List<TrainingData.Part> parts() {
    List<TrainingData.Part> parts = new ArrayList<>();
    Set<Path> files = new HashSet<>();
    for (String given : data) {
      Matcher weighted = WEIGHTED.matcher(given);
      TrainingData.Part part =
          weighted.matches()
              ? new TrainingData.Part(
                  CommandPath.parse(weighted.group(1)), Double.parseDouble(weighted.group(2)))
              : new TrainingData.Part(CommandPath.parse(given), 1);
      if (!files.add(part.file().toAbsolutePath().normalize())) {
        throw new ParameterException(
            command.commandLine(),
            "--data must name each file once, but has "
                + part.file()
                + " twice; a weight above 1 lets an epoch see its pairs more often");
      }
      parts.add(part);
    }
    return parts;
  }
}
