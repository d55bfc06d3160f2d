package io.l2s.benchmarks.load;

import java.util.Locale;

/** The end of a request, as its client sees it. */
enum Outcome {
  /** The hybrid answered. */
  HYBRID,
  /** The LLM answered. */
  LLM_ONLY,
  /** The small model alone answered. */
  SLM_ONLY,
  /** Status 429 or 503 with {@code Retry-After}. */
  REFUSED,
  /** Any other status. */
  FAILED,
  /** The application was stopping and took no further connection. */
  TURNED_AWAY,
  /** The connection ended without an answer. */
  LOST;

  boolean answered() {
    return this == HYBRID || this == LLM_ONLY || this == SLM_ONLY;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
