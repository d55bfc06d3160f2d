package io.l2s.training;

import ai.djl.Device;
import io.l2s.Fusion;
import io.l2s.InvalidSettingException;
import io.l2s.Precision;
import io.l2s.PromptTokenizer;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.FamilyLookup;
import io.l2s.model.PrecisionChoice;
import io.l2s.projector.ProjectorKind;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a frozen LLM conditions the SLM that is trained (paper, section 3.2).
 *
 * @param llm its checkpoint directory
 * @param featureLayer the encoder layer after which the features are taken, 0 for the embeddings;
 *     empty: the last
 * @param precision number format of the LLM, which training keeps on the CPU
 * @param projector what leads from H to P
 * @param hidden width between the two maps of an MLP, 1 to 65,536; of no meaning otherwise
 * @param fusion how P meets the SLM's embeddings
 * @param promptTokenizer whose token ids the prompt has at the SLM's input; empty: the SLM's where
 *     both models have one vocabulary, else the LLM's, through an embedding adapter, trained too
 * @param trainedParts what the training changes
 * @param featureCache directory where the LLM's features for all prompts are kept, so that they are
 *     computed once; empty: they are computed for each batch
 * @param copied whether the output gets a copy of the LLM, so that it can be moved by itself;
 *     otherwise it names the LLM's place
 */
public record LlmConditioning(
    Path llm,
    OptionalInt featureLayer,
    Precision precision,
    ProjectorKind projector,
    int hidden,
    Fusion fusion,
    Optional<PromptTokenizer> promptTokenizer,
    TrainedParts trainedParts,
    Optional<Path> featureCache,
    boolean copied) {

  private static final int WIDEST = 65_536;

  public LlmConditioning {
    if (hidden < 1 || hidden > WIDEST) {
      throw new InvalidSettingException("hidden", "between 1 and " + WIDEST, hidden);
    }
    if (trainedParts == TrainedParts.PROJECTOR && projector == ProjectorKind.NONE) {
      throw new InvalidSettingException(
          "projector", "linear or mlp where the SLM is frozen, or nothing is trained", "none");
    }
  }

  /** The paper's choice: the last layer, an MLP of width 512, added, the SLM trained with it. */
  public static LlmConditioning of(Path llm) {
    return new LlmConditioning(
        llm,
        OptionalInt.empty(),
        Precision.F32,
        ProjectorKind.MLP,
        512,
        Fusion.ADD,
        Optional.empty(),
        TrainedParts.PROJECTOR_AND_SLM,
        Optional.empty(),
        false);
  }

  /** The encoder layer after which the features are taken. */
  int resolvedLayer(FamilyLookup families) {
    return featureLayer.orElseGet(() -> layers(families, Checkpoint.open(llm)));
  }

  private static int layers(FamilyLookup families, Checkpoint checkpoint) {
    return families.of(checkpoint).shape(checkpoint.config()).layers();
  }

  /** Whether the SLM stays as it is. */
  boolean keepsSlm() {
    return trainedParts == TrainedParts.PROJECTOR;
  }

  /** The number format that {@link #precision} means for the LLM on this machine. */
  Precision resolvedPrecision() {
    return PrecisionChoice.serving(Checkpoint.open(llm), Device.cpu(), precision);
  }

  public LlmConditioning withFeatureCache(Path directory) {
    return new LlmConditioning(
        llm,
        featureLayer,
        precision,
        projector,
        hidden,
        fusion,
        promptTokenizer,
        trainedParts,
        Optional.of(directory),
        copied);
  }
}
