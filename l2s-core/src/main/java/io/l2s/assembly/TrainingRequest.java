package io.l2s.assembly;

import io.l2s.InvalidRequestException;
import io.l2s.engine.Precision;
import io.l2s.hybrid.Fusion;
import io.l2s.training.TrainingOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A pair, or a small model alone, to be trained.
 *
 * @param llm checkpoint directory of the frozen LLM; empty: the SLM is trained alone
 * @param slm a checkpoint directory to go on from, or a {@code config.json} to start fresh
 * @param data training pairs, {@code source<TAB>target} a line
 * @param validation validation pairs in the same form
 * @param promptTemplate what the source is put into, with {@code {source}}; empty: nothing
 * @param fusion how P meets the SLM's embeddings; of no meaning without an LLM
 * @param hidden width of the projector's hidden layer, at least 1; of no meaning without an LLM
 * @param llmPrecision number format of the LLM, which training keeps on the CPU
 * @param maxLength longest prompt and longest target in tokens, at least 1; longer ones are refused
 * @param output where the bundle goes, or without an LLM the checkpoint
 * @param resume whether to go on from the state in {@code output}
 * @param bf16 whether the trained weights are written as bfloat16 and not as float32
 */
public record TrainingRequest(
    Optional<Path> llm,
    Path slm,
    Path data,
    Path validation,
    Optional<String> promptTemplate,
    Fusion fusion,
    int hidden,
    Precision llmPrecision,
    int maxLength,
    Path output,
    boolean resume,
    boolean bf16,
    TrainingOptions options) {

  /** What stands for the source in a prompt template. */
  public static final String PLACEHOLDER = "{source}";

  public TrainingRequest {
    if (hidden < 1) {
      throw new InvalidRequestException("hidden", "at least 1", hidden);
    }
    if (maxLength < 1) {
      throw new InvalidRequestException("maxLength", "at least 1", maxLength);
    }
    promptTemplate
        .filter(template -> !template.contains(PLACEHOLDER))
        .ifPresent(
            template -> {
              throw new InvalidRequestException(
                  "template", "a text with " + PLACEHOLDER + " in it", template);
            });
  }
}
