package io.l2s.serving;

import io.l2s.GenerationDefaults;
import io.l2s.InvalidRequestException;

/**
 * Bounds of a served model.
 *
 * @param queueCapacity requests that may wait, at least 1
 * @param maxBatchSize sequences that decode together, at least 1
 * @param stepsPerCall decode steps in one native call, 1..8; cancellation and deadlines act between
 *     calls
 * @param maxPromptCharacters longest prompt in characters, at least 1
 * @param maxPromptTokens longest prompt in tokens, at least 1
 * @param featureCacheBytes bytes of prompt features kept for repeated prompts; 0: none
 * @param defaults what requests leave open
 */
public record ServingOptions(
    int queueCapacity,
    int maxBatchSize,
    int stepsPerCall,
    int maxPromptCharacters,
    int maxPromptTokens,
    long featureCacheBytes,
    GenerationDefaults defaults) {

  /** 256 waiting, batches of 16, 4 steps a call, 100,000 characters, 4,096 tokens, 64 MiB. */
  public static final ServingOptions STANDARD =
      new ServingOptions(256, 16, 4, 100_000, 4_096, 64L << 20, GenerationDefaults.STANDARD);

  public ServingOptions {
    atLeast("queueCapacity", 1, queueCapacity);
    atLeast("maxBatchSize", 1, maxBatchSize);
    if (stepsPerCall < 1 || stepsPerCall > 8) {
      throw new InvalidRequestException("stepsPerCall", "between 1 and 8", stepsPerCall);
    }
    atLeast("maxPromptCharacters", 1, maxPromptCharacters);
    atLeast("maxPromptTokens", 1, maxPromptTokens);
    atLeast("featureCacheBytes", 0, featureCacheBytes);
  }

  private static void atLeast(String field, long bound, long value) {
    if (value < bound) {
      throw new InvalidRequestException(field, "at least " + bound, value);
    }
  }
}
