package io.l2s.cli;

import io.l2s.Fusion;
import io.l2s.Precision;
import io.l2s.PromptTokenizer;
import io.l2s.projector.ProjectorKind;
import io.l2s.training.LlmConditioning;
import io.l2s.training.TrainedParts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How {@code train} lets a frozen LLM condition the small model. */
final class ConditioningOptions {

  /** The options that mean nothing without {@code --llm}. */
  static final List<String> NEED_LLM =
      List.of(
          "--fusion",
          "--prompt-tokenizer",
          "--projector",
          "--hidden",
          "--llm-precision",
          "--feature-layer",
          "--freeze-slm",
          "--feature-cache",
          "--copy-llm");

  private static final int WIDTH = 512;

  @Option(
      names = "--llm",
      paramLabel = "DIR",
      description =
          "Checkpoint of the frozen large model; without it the small model is trained by itself.")
  private @Nullable Path llm;

  @Option(
      names = "--fusion",
      paramLabel = "add|replace",
      defaultValue = "add",
      description = "How projected features meet the small model's embeddings; add if not given.")
  private Fusion fusion;

  @Option(
      names = "--prompt-tokenizer",
      paramLabel = "slm|llm",
      description =
          "Whose token ids the prompt has at the small model's input. llm: the large model's,"
              + " through adapted embeddings that are trained too. Default: slm where both models"
              + " have one vocabulary, else llm.")
  private PromptTokenizer promptTokenizer;

  @Option(
      names = "--projector",
      paramLabel = "none|linear|mlp",
      defaultValue = "mlp",
      description = "Map from the features to the small model's width; mlp if not given.")
  private ProjectorKind projector;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      description = "Width of the mlp projector's hidden layer; 512 if not given.")
  private @Nullable Integer hidden;

  @Option(
      names = "--llm-precision",
      paramLabel = "auto|f32|bf16|int8",
      defaultValue = "f32",
      description = "Number format of the large model; f32 if not given.")
  private Precision llmPrecision;

  @Option(
      names = "--feature-layer",
      paramLabel = "N",
      description =
          "Layer of the large model's encoder after which the features are taken, 0 for its"
              + " embeddings; the last if not given.")
  private @Nullable Integer featureLayer;

  @Option(
      names = "--freeze-slm",
      description = "Train only the projector; --slm must be a trained checkpoint.")
  private boolean freezeSlm;

  @Option(
      names = "--feature-cache",
      paramLabel = "DIR",
      description =
          "Directory that keeps the large model's features, which are then computed once,"
              + " also for later runs. Default: they are computed for each batch.")
  private @Nullable Path featureCache;

  @Option(
      names = "--copy-llm",
      description =
          "Copy the large model into the output, which can be moved then. Default: the output"
              + " names the large model's place, relative to its own.")
  private boolean copyLlm;

  boolean given() {
    return llm != null;
  }

  /** The contradiction between the projector's options, if there is one. */
  Optional<String> contradiction() {
    return hidden == null || projector == ProjectorKind.MLP
        ? Optional.empty()
        : Optional.of(
            "--hidden needs --projector mlp; "
                + EnumNames.of(projector)
                + " has no hidden layer, so leave one of the two out");
  }

  /**
   * @throws io.l2s.InvalidSettingException naming the value that is out of bounds
   */
  Optional<LlmConditioning> conditioning() {
    return Optional.ofNullable(llm)
        .map(
            directory ->
                new LlmConditioning(
                    directory,
                    featureLayer == null ? OptionalInt.empty() : OptionalInt.of(featureLayer),
                    llmPrecision,
                    projector,
                    hidden == null ? WIDTH : hidden,
                    fusion,
                    Optional.ofNullable(promptTokenizer),
                    freezeSlm ? TrainedParts.PROJECTOR : TrainedParts.PROJECTOR_AND_SLM,
                    Optional.ofNullable(featureCache),
                    copyLlm));
  }
}
