package io.l2s;

/** The path by which an answer is made. */
public enum Route {
  /** The LLM reads the prompt once, the projector maps its features, the SLM decodes. */
  HYBRID,
  /** The LLM reads the prompt and its own decoder answers. */
  LLM_ONLY,
  /** A separately trained small model answers without the LLM; only where the bundle names one. */
  SLM_ONLY,
  /**
   * The small model drafts as in {@code HYBRID}, the LLM's decoder keeps what it would have written
   * itself: the LLM's own text, slower than {@code HYBRID} and, where the two models often agree
   * and the LLM is much the larger, faster than {@code LLM_ONLY}. In int8 and bf16 rounding may
   * part the two where tokens are nearly tied.
   */
  EXACT
}
