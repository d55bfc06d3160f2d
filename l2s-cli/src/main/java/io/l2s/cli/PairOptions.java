package io.l2s.cli;

import io.l2s.Bundle;
import io.l2s.Fusion;
import io.l2s.PromptTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The parts of a pair beside {@code --llm}, where no bundle names them. */
final class PairOptions {

  private static final List<String> PARTS = List.of("--slm", "--projector");
  private static final List<String> SETTINGS =
      List.of("--fusion", "--prompt-tokenizer", "--feature-layer");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--slm",
      paramLabel = "DIR",
      description = "With --llm: checkpoint of the small model that writes. Needs --projector.")
  private @Nullable Path slm;

  @Option(
      names = "--projector",
      paramLabel = "FILE",
      description = "With --llm: safetensors file of the projector that was trained with --slm.")
  private @Nullable Path projector;

  @Option(
      names = "--fusion",
      paramLabel = "add|replace",
      defaultValue = "add",
      description = "With --slm: how the pair was trained to combine features; add if not given.")
  private Fusion fusion;

  @Option(
      names = "--prompt-tokenizer",
      paramLabel = "slm|llm",
      defaultValue = "slm",
      description =
          "With --slm: tokenizer of the prompt at the small model's input, as the pair was trained;"
              + " slm if not given.")
  private PromptTokenizer promptTokenizer;

  @Option(
      names = "--feature-layer",
      paramLabel = "N",
      description =
          "With --slm: layer after which the features are taken, as the pair was trained; the last"
              + " if not given.")
  private @Nullable Integer featureLayer;

  /** Whether a pair is given by its parts. */
  boolean given() {
    return slm != null;
  }

  /**
   * Refuses parts without each other or without {@code --llm}.
   *
   * @throws ParameterException naming the option
   */
  void check(boolean beside) {
    for (String option : PARTS) {
      require(beside || !isGiven(option), option + " needs --llm; a bundle names its own parts");
    }
    require(slm == null || projector != null, "--slm needs --projector, which was trained with it");
    require(projector == null || slm != null, "--projector needs --slm, which was trained with it");
    for (String option : SETTINGS) {
      require(slm != null || !isGiven(option), option + " needs --llm and --slm");
    }
    require(
        featureLayer == null || featureLayer >= 0,
        "--feature-layer must be at least 0, but was " + featureLayer);
  }

  private boolean isGiven(String option) {
    return command.commandLine().getParseResult().hasMatchedOption(option);
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      throw new ParameterException(command.commandLine(), problem);
    }
  }

  /** The pair with {@code llm}; empty where none is given. */
  Optional<Bundle> pair(Path llm) {
    if (slm == null || projector == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Bundle(
            llm,
            llm,
            featureLayer == null ? OptionalInt.empty() : OptionalInt.of(featureLayer),
            slm,
            projector,
            fusion,
            promptTokenizer,
            Optional.empty(),
            Optional.empty(),
            Map.of()));
  }
}
