package io.l2s.hybrid;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import io.l2s.projector.EmbeddingAdapter;

/**
 * Embeds the LLM's ids at the input of an SLM of another vocabulary: {@code W_adapter · (the LLM's
 * embeddings)[ids]}. Native thread only.
 *
 * @param llm the LLM's input embeddings
 */
record AdaptedEmbedder(TokenEmbedder llm, EmbeddingAdapter adapter) implements TokenEmbedder {

  @Override
  public int width() {
    return adapter.outputWidth();
  }

  @Override
  public NDArray embed(NDManager scope, TokenBatch ids) {
    NDArray embedded = llm.embed(scope, ids); // [batch, maxLength, llmEmbeddingWidth]
    return adapter.adapt(scope, embedded); // [batch, maxLength, slmWidth]
  }
}
