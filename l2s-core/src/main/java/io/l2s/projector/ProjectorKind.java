package io.l2s.projector;

/** The map from H to P (paper, section 3.2 and its ablation). */
public enum ProjectorKind {
  /** H itself: LLM and SLM have the same width. */
  NONE,
  /** One linear map, {@code fc1}. */
  LINEAR,
  /** The paper's choice: {@code fc1}, ReLU, {@code fc2}. */
  MLP
}
