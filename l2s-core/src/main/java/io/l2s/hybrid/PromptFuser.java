package io.l2s.hybrid;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Fusion;
import io.l2s.PromptTokenizer;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import io.l2s.projector.Projector;
import java.util.Optional;

/**
 * Makes the SLM's input embeddings of prompt features (paper, section 3.2); training and inference
 * share it. Native thread only.
 *
 * @param prompts embeds the prompt at the SLM's input, with the SLM's width; not asked with {@link
 *     Fusion#REPLACE}
 */
public record PromptFuser(TokenEmbedder prompts, Projector projector, Fusion fusion) {

  /**
   * The fuser of a pair.
   *
   * @param llm its input embeddings are asked for where they are adapted
   * @param slm the SLM's input embeddings
   * @throws IllegalArgumentException if adapted embeddings are to be added and the projector has no
   *     adapter
   */
  public static PromptFuser of(
      PromptTokenizer tokenizer,
      LlmEncoder llm,
      TokenEmbedder slm,
      Projector projector,
      Fusion fusion) {
    if (tokenizer == PromptTokenizer.SLM) {
      return new PromptFuser(slm, projector, fusion);
    }
    Optional<TokenEmbedder> adapted =
        projector.embeddingAdapter().map(adapter -> new AdaptedEmbedder(llm.embeddings(), adapter));
    if (adapted.isEmpty() && fusion == Fusion.ADD) {
      throw new IllegalArgumentException(
          "promptTokenizer llm with fusion add needs a projector with an embedding adapter");
    }
    return new PromptFuser(adapted.orElse(slm), projector, fusion);
  }

  /**
   * Projects H and fuses it with the prompt's embeddings, which may lie on another device.
   *
   * @param features H, {@code [batch, maxLength, llmWidth]}
   * @return {@code [batch, maxLength, slmWidth]}
   */
  public NDArray fuse(NDManager scope, NDArray features, TokenBatch ids) {
    NDArray projected = projector.project(scope, features); // [batch, maxLength, slmWidth]
    if (fusion == Fusion.REPLACE) {
      return projected;
    }
    NDArray embedded = prompts.embed(scope, ids); // [batch, maxLength, slmWidth]
    return embedded.add(projected.toDevice(embedded.getDevice(), false));
  }
}
