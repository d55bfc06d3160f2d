package io.l2s;

import java.util.List;

/**
 * Why an answer came by another route than the one requested.
 *
 * @param requested the route that was to answer
 * @param cause why it did not answer
 * @param message the cause in words for an operator
 * @param attempts every route that did not answer, in the order in which they were tried; the first
 *     is the requested one
 */
public record Degradation(Route requested, Cause cause, String message, List<Attempt> attempts) {

  /**
   * The reasons why a route does not answer; a failure has the name of its {@link
   * GenerationFailedException.Component}. Hosts may tag meters with it.
   */
  public enum Cause {
    /** The LLM failed while it read the prompt. */
    ENCODER_FAILED,
    /** The projector or the SLM failed before the first token. */
    SLM_FAILED,
    /** The LLM's own decoder failed before the first token. */
    LLM_FAILED,
    /** A circuit breaker is open, so the route was not tried. */
    CIRCUIT_OPEN,
    /** A circuit breaker is half open and its trial requests are taken. */
    CIRCUIT_HALF_OPEN
  }

  /**
   * A route that did not answer.
   *
   * @param message the cause in words for an operator
   */
  public record Attempt(Route route, Cause cause, String message) {}

  public Degradation {
    attempts = List.copyOf(attempts);
  }

  /** A degradation after one attempt, that of the requested route. */
  public Degradation(Route requested, Cause cause, String message) {
    this(requested, cause, message, List.of(new Attempt(requested, cause, message)));
  }

  /**
   * A degradation after {@code attempts}, of which the first says why the requested route did not
   * answer.
   */
  public static Degradation after(List<Attempt> attempts) {
    Attempt first = attempts.get(0);
    return new Degradation(first.route(), first.cause(), first.message(), attempts);
  }
}
