package io.l2s;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A model's values for what a request does not set.
 *
 * @param maxNewTokens limit of new tokens, 1..{@link #MAX_NEW_TOKENS_LIMIT}
 * @param timeout time from submission to the deadline, greater than 0; empty: no deadline
 * @param promptLookup how answers are drafted from the prompt. Requests that cannot be drafted for
 *     are decoded without: those with beams or several answers, those on the route {@code EXACT},
 *     and those whose decoder takes no tokens back
 */
public record GenerationDefaults(
    int maxNewTokens, Optional<Duration> timeout, PromptLookup promptLookup) {

  /** The largest limit of new tokens that a request may ask for. */
  public static final int MAX_NEW_TOKENS_LIMIT = 4096;

  static final String MAX_NEW_TOKENS_BOUND = "between 1 and " + MAX_NEW_TOKENS_LIMIT;
  static final String TIMEOUT_BOUND = "greater than 0";

  /** 256 new tokens, no deadline, no drafts. */
  public static final GenerationDefaults STANDARD = new GenerationDefaults(256, Optional.empty());

  /**
   * @throws InvalidSettingException naming the value that is out of bounds
   */
  public GenerationDefaults {
    Objects.requireNonNull(promptLookup, "promptLookup");
    if (!allowsMaxNewTokens(maxNewTokens)) {
      throw new InvalidSettingException("maxNewTokens", MAX_NEW_TOKENS_BOUND, maxNewTokens);
    }
    timeout
        .filter(value -> !allowsTimeout(value))
        .ifPresent(
            value -> {
              throw new InvalidSettingException("timeout", TIMEOUT_BOUND, value);
            });
  }

  /** Defaults without prompt lookup. */
  public GenerationDefaults(int maxNewTokens, Optional<Duration> timeout) {
    this(maxNewTokens, timeout, PromptLookup.NONE);
  }

  static boolean allowsMaxNewTokens(int value) {
    return value >= 1 && value <= MAX_NEW_TOKENS_LIMIT;
  }

  static boolean allowsTimeout(Duration value) {
    return !value.isZero() && !value.isNegative();
  }
}
