package io.l2s.cli;

import io.l2s.Bundle;
import io.l2s.training.TrainingData;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The template that turns a source into a prompt for a {@link ModelChoice}. */
final class PromptTemplateOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private @Nullable String template;

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description =
          "Prompt with {source} in it; with --bundle the bundle's, with --llm the bare"
              + " source, if not given.")
  private void setTemplate(String text) {
    if (!text.contains(TrainingData.PLACEHOLDER)) {
      throw new ParameterException(
          command.commandLine(), "--template must be a text with {source} in it, but was " + text);
    }
    template = text;
  }

  String of(ChosenModel model) {
    return Optional.ofNullable(template)
        .or(() -> model.bundle().flatMap(Bundle::promptTemplate))
        .orElse(TrainingData.PLACEHOLDER);
  }
}
