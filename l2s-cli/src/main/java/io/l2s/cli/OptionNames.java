package io.l2s.cli;

import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;

/** Names the core's settings as a command's options, for messages. */
record OptionNames(CommandSpec command) implements UnaryOperator<String> {

  /** Options that are not named after their setting. */
  private static final Map<String, String> OPTION_OF_SETTING =
      Map.of(
          "maxBatchSize", "--batch-size",
          "maxBatchTokens", "--batch-size",
          "duration", "--minutes",
          "trainedParts", "--freeze-slm",
          "longRows", "--leave-out-long",
          "promptTemplate", "--template",
          "samples", "--bootstrap",
          "sourceFields", "--source-field");

  /** The option that sets {@code setting}, or {@code setting} where the command has none. */
  @Override
  public String apply(String setting) {
    String named = "--" + setting.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    String option = OPTION_OF_SETTING.getOrDefault(setting, named);
    return command.findOption(option) == null ? setting : option;
  }
}
