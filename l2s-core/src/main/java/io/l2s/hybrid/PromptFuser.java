package io.l2s.hybrid;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Fusion;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import io.l2s.projector.Projector;

/**
 * Makes the SLM's input embeddings of prompt features (paper, section 3.2); training and inference
 * share it. Native thread only.
 *
 * @param prompts embeds the prompt at the SLM's input, with the SLM's width
 */
public record PromptFuser(TokenEmbedder prompts, Projector projector, Fusion fusion) {

  /**
   * Projects H and fuses it with the prompt's embeddings.
   *
   * @param features H, {@code [batch, maxLength, llmWidth]}
   * @return {@code [batch, maxLength, slmWidth]}
   */
  public NDArray fuse(NDManager scope, NDArray features, TokenBatch ids) {
    NDArray projected = projector.project(scope, features); // [batch, maxLength, slmWidth]
    return switch (fusion) {
      case ADD -> prompts.embed(scope, ids).add(projected);
      case REPLACE -> projected;
    };
  }
}
