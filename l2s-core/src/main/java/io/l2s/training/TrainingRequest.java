package io.l2s.training;

import io.l2s.InvalidSettingException;
import io.l2s.engine.Precision;
import io.l2s.model.NumberFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A pair, or a small model alone, to be trained.
 *
 * @param conditioning the LLM's part; empty: the SLM is trained alone
 * @param slm a checkpoint directory to go on from, or a {@code config.json} to start fresh
 * @param compute number format in which the SLM is multiplied, f32, bf16 or auto for bf16 where the
 *     processor has its instructions; its weights stay float32
 * @param output where the bundle goes, or without an LLM the checkpoint
 * @param resume whether to go on from the state in {@code output}
 * @param bf16 whether the trained weights are written as bfloat16 and not as float32
 */
public record TrainingRequest(
    Optional<LlmConditioning> conditioning,
    Path slm,
    Precision compute,
    TrainingData data,
    Path output,
    boolean resume,
    boolean bf16,
    TrainingOptions options) {

  public TrainingRequest {
    if (compute == Precision.INT8) {
      throw new InvalidSettingException("compute", "one of auto, f32, bf16", "int8");
    }
    if (!Files.exists(slm)) {
      throw new InvalidSettingException(
          "slm", "a checkpoint's directory or a config.json", slm + ", which does not exist");
    }
    if (conditioning.filter(LlmConditioning::frozenSlm).isPresent() && Files.isRegularFile(slm)) {
      throw new InvalidSettingException(
          "slm",
          "a checkpoint's directory where frozenSlm is set, which needs trained weights",
          slm,
          "frozenSlm");
    }
  }

  /** The number format that {@link #compute} means on this machine, f32 or bf16. */
  Precision resolvedCompute() {
    return NumberFormat.training(compute);
  }

  /** Where the LLM lies, if there is one. */
  Optional<Path> llm() {
    return conditioning.map(LlmConditioning::llm);
  }
}
