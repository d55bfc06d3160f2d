package io.l2s;

import java.time.Duration;
import java.util.Optional;

/**
 * What a model uses where a request leaves a setting open.
 *
 * @param maxNewTokens limit of new tokens, 1..{@link #MAX_NEW_TOKENS_LIMIT}
 * @param timeout time from submission to the deadline; empty: no deadline
 */
public record GenerationDefaults(int maxNewTokens, Optional<Duration> timeout) {

  /** The largest limit of new tokens that a request may ask for. */
  public static final int MAX_NEW_TOKENS_LIMIT = 4096;

  /** 256 new tokens, no deadline. */
  public static final GenerationDefaults STANDARD = new GenerationDefaults(256, Optional.empty());

  public GenerationDefaults {
    checkMaxNewTokens(maxNewTokens);
  }

  static int checkMaxNewTokens(int value) {
    if (value < 1 || value > MAX_NEW_TOKENS_LIMIT) {
      throw new InvalidRequestException(
          "maxNewTokens", "between 1 and " + MAX_NEW_TOKENS_LIMIT, value);
    }
    return value;
  }
}
