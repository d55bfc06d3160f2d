package io.l2s.hybrid;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.model.Decoder;
import io.l2s.model.TokenBatch;
import io.l2s.projector.Projector;

/**
 * Makes the SLM's input embeddings out of prompt features (paper, section 3.2); training and
 * inference share it. Native thread only.
 */
public final class PromptFuser {

  private PromptFuser() {}

  /**
   * Projects H and fuses it with the SLM's prompt embeddings.
   *
   * @param features H, {@code [batch, maxLength, llmWidth]}
   * @return {@code [batch, maxLength, slmWidth]}
   */
  public static NDArray fuse(
      NDManager scope,
      Projector projector,
      Decoder slm,
      Fusion fusion,
      NDArray features,
      TokenBatch prompts) {
    NDArray projected = projector.project(scope, features); // [batch, maxLength, slmWidth]
    return switch (fusion) {
      case ADD -> slm.embed(scope, prompts).add(projected);
      case REPLACE -> projected;
    };
  }
}
