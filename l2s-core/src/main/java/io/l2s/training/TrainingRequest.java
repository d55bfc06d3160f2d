package io.l2s.training;

import io.l2s.InvalidSettingException;
import io.l2s.Precision;
import io.l2s.model.PrecisionChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A pair, or a small model alone, to be trained.
 *
 * @param conditioning the LLM's part; empty: the SLM is trained alone
 * @param slm a checkpoint directory to continue from, or a {@code config.json} to start fresh
 * @param compute number format in which the SLM is multiplied, f32, bf16 or auto for bf16 where the
 *     processor has its instructions; its weights stay float32
 * @param output where the bundle goes, or without an LLM the checkpoint
 * @param start where the training begins
 * @param weightFormat how the trained weights are written
 */
public record TrainingRequest(
    Optional<LlmConditioning> conditioning,
    Path slm,
    Precision compute,
    TrainingData data,
    Path output,
    Start start,
    WeightFormat weightFormat,
    TrainingOptions options) {

  /** Where a training begins. */
  public enum Start {
    /** At step 0, in an output that holds no model. */
    NEW,
    /** At the state that is stored in the output. */
    RESUME
  }

  /** How trained weights are written. */
  public enum WeightFormat {
    /** As float32, as they are. */
    F32,
    /** Rounded to bfloat16, half the size. */
    BF16
  }

  public TrainingRequest {
    if (compute == Precision.INT8) {
      throw new InvalidSettingException("compute", "one of auto, f32, bf16", "int8");
    }
    if (!Files.exists(slm)) {
      throw new InvalidSettingException(
          "slm", "a checkpoint's directory or a config.json", slm + ", which does not exist");
    }
    if (conditioning.filter(LlmConditioning::keepsSlm).isPresent() && Files.isRegularFile(slm)) {
      throw new InvalidSettingException(
          "slm",
          "a checkpoint's directory where trainedParts keeps the SLM, which needs trained weights",
          slm,
          "trainedParts");
    }
  }

  /** The number format that {@link #compute} means on this machine, f32 or bf16. */
  Precision resolvedCompute() {
    return PrecisionChoice.training(compute);
  }

  /** Whether the training continues from a stored state. */
  boolean resumes() {
    return start == Start.RESUME;
  }

  /** Where the LLM lies, if there is one. */
  Optional<Path> llm() {
    return conditioning.map(LlmConditioning::llm);
  }
}
