package io.l2s.projector;

import java.util.Optional;

/**
 * Widths that a projector leads from and to.
 *
 * @param inputWidth of H
 * @param outputWidth of P
 * @param adapter those of its embedding adapter; empty: it has none
 */
public record ProjectorShape(int inputWidth, int outputWidth, Optional<Adapter> adapter) {

  /**
   * Widths of an embedding adapter.
   *
   * @param inputWidth of the LLM's input embeddings
   * @param outputWidth of the SLM's
   */
  public record Adapter(int inputWidth, int outputWidth) {}

  /** The widths of a loaded projector. */
  public static ProjectorShape of(Projector projector) {
    return new ProjectorShape(
        projector.inputWidth(),
        projector.outputWidth(),
        projector
            .embeddingAdapter()
            .map(adapter -> new Adapter(adapter.inputWidth(), adapter.outputWidth())));
  }
}
