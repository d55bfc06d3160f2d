package io.l2s.autoconfigure.actuate;

import io.l2s.autoconfigure.ServedModel;
import java.util.Locale;

/** The state of a model, as operators see it; from the best state to the worst. */
public enum ModelState {
  /** It takes requests. */
  READY,
  /** It takes requests, but a circuit breaker keeps some from the route that they ask for. */
  DEGRADED,
  /** Its files are read. */
  LOADING,
  /** It answers prompts of its own before it takes requests. */
  WARMING,
  /** It takes no requests any more. */
  CLOSED,
  /** A native call lasts longer than it may; requests fail until it returns. */
  UNRESPONSIVE;

  /**
   * @param degraded whether a breaker of the model is not closed
   */
  static ModelState of(ServedModel.State state, boolean degraded) {
    return switch (state) {
      case LOADING -> LOADING;
      case WARMING_UP -> WARMING;
      case READY -> degraded ? DEGRADED : READY;
      case UNRESPONSIVE -> UNRESPONSIVE;
      case CLOSED -> CLOSED;
    };
  }

  /** The value in reports. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
