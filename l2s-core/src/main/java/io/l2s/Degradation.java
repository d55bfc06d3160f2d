package io.l2s;

/**
 * Why an answer came by another route than the one requested.
 *
 * @param requested the route that was to answer
 * @param cause why it did not answer
 * @param message the cause in words for an operator
 */
public record Degradation(Route requested, Cause cause, String message) {

  /** The reasons why a route does not answer. */
  public enum Cause {
    /** The projector or the SLM failed before the first token. */
    SLM_FAILED,
    /** The circuit breaker is open, so the SLM was not asked. */
    CIRCUIT_OPEN,
    /** The circuit breaker is half open and its trial requests are taken. */
    CIRCUIT_HALF_OPEN
  }
}
