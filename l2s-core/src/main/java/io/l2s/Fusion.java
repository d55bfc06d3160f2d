package io.l2s;

/** How projected features P meet the SLM's prompt embeddings E (paper, section 3.2). */
public enum Fusion {
  /** E + P, the paper's choice. */
  ADD,
  /** P alone. */
  REPLACE
}
