package io.l2s.cli;

import io.l2s.Bundle;
import io.l2s.InvalidSettingException;
import io.l2s.PromptTemplate;
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

  private @Nullable PromptTemplate template;

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description =
          "Prompt with {source} in it; with --bundle the bundle's, with --llm the bare"
              + " source, if not given.")
  private void setTemplate(String text) {
    try {
      template = new PromptTemplate(text);
    } catch (InvalidSettingException e) {
      throw new ParameterException(command.commandLine(), e.messageFor(field -> "--template"), e);
    }
  }

  PromptTemplate of(ChosenModel model) {
    return Optional.ofNullable(template)
        .or(() -> model.bundle().flatMap(Bundle::promptTemplate))
        .orElseGet(() -> new PromptTemplate(PromptTemplate.PLACEHOLDER));
  }
}
