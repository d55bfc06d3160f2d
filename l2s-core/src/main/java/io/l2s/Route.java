package io.l2s;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The path by which an answer is made. */
public enum Route {
  /** The LLM reads the prompt once, the projector maps its features, the SLM decodes. */
  HYBRID,
  /** The LLM reads the prompt and its own decoder answers. */
  LLM_ONLY,
  /** A separately trained small model answers without the LLM; only where the bundle names one. */
  SLM_ONLY,
  /**
   * The small model drafts as in {@code HYBRID}, and the LLM's decoder keeps the tokens that it
   * would have written itself, so the text is that of {@code LLM_ONLY}. It is slower than {@code
   * HYBRID}; it is faster than {@code LLM_ONLY} where the two models often agree and the LLM is
   * much larger. In int8 and bf16, rounding may make the text differ from {@code LLM_ONLY} where
   * two tokens are nearly tied.
   */
  EXACT;

  private static final List<Route> PREFERENCE = List.of(HYBRID, LLM_ONLY, SLM_ONLY, EXACT);

  /**
   * Chooses the route of a request that names none: {@code HYBRID}, {@code LLM_ONLY}, {@code
   * SLM_ONLY}, then {@code EXACT}. Empty where nothing is offered.
   */
  public static Optional<Route> preferred(Set<Route> offered) {
    return PREFERENCE.stream().filter(offered::contains).findFirst();
  }
}
