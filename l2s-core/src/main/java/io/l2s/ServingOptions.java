package io.l2s;

import java.time.Duration;
import java.util.Objects;

/**
 * Bounds of a served model, made by {@link #builder}.
 *
 * @param queueCapacity requests that may wait, at least 1
 * @param maxBatchSize sequences of all routes that decode at a time, at least 1
 * @param maxBatchTokens bounds the memory of running sequences: rows times the longest prompt and
 *     the highest limit of new tokens among them, summed up over the routes; at least {@code
 *     maxPromptTokens} and the default limit together
 * @param admissionTokens prompt tokens, padding included, that are read and prefilled together
 *     while the running sequences wait, at least 1; a longer prompt is read by itself, and running
 *     sequences continue between its reading and its prefill
 * @param stepsPerCall decode steps in one native call, 1..8; cancellation and deadlines act between
 *     calls
 * @param maxPromptCharacters longest prompt in characters, at least 1
 * @param maxPromptTokens longest prompt in tokens, at least 1
 * @param featureCacheBytes bytes of features kept for repeated prompts, at least 0; 0 keeps only
 *     those of requests in progress, which are kept beyond any bound
 * @param nativeCallLimit how long a native call may last before the model counts as unresponsive;
 *     zero sets no limit
 * @param defaults values that requests leave open
 */
public record ServingOptions(
    int queueCapacity,
    int maxBatchSize,
    int maxBatchTokens,
    int admissionTokens,
    int stepsPerCall,
    int maxPromptCharacters,
    int maxPromptTokens,
    long featureCacheBytes,
    Duration nativeCallLimit,
    GenerationDefaults defaults) {

  /**
   * 256 waiting, batches of 16 with 32,768 tokens, 512 tokens an admission, 4 steps a call, prompts
   * of 32,768 characters and 4,096 tokens, 64 MiB, 60 s.
   */
  public static final ServingOptions STANDARD = builder().build();

  public ServingOptions {
    Objects.requireNonNull(nativeCallLimit, "nativeCallLimit");
    Objects.requireNonNull(defaults, "defaults");
    atLeast("queueCapacity", 1, queueCapacity);
    atLeast("maxBatchSize", 1, maxBatchSize);
    atLeast("admissionTokens", 1, admissionTokens);
    if (stepsPerCall < 1 || stepsPerCall > 8) {
      throw new InvalidSettingException("stepsPerCall", "between 1 and 8", stepsPerCall);
    }
    atLeast("maxPromptCharacters", 1, maxPromptCharacters);
    atLeast("maxPromptTokens", 1, maxPromptTokens);
    long largest = (long) maxPromptTokens + defaults.maxNewTokens();
    if (maxBatchTokens < largest) {
      throw new InvalidSettingException(
          "maxBatchTokens",
          "at least "
              + largest
              + ", the longest prompt ("
              + maxPromptTokens
              + ") and its answer ("
              + defaults.maxNewTokens()
              + ")",
          maxBatchTokens);
    }
    atLeast("featureCacheBytes", 0, featureCacheBytes);
    if (nativeCallLimit.isNegative()) {
      throw new InvalidSettingException("nativeCallLimit", "at least 0", nativeCallLimit);
    }
  }

  private static void atLeast(String field, long bound, long value) {
    if (value < bound) {
      throw new InvalidSettingException(field, "at least " + bound, value);
    }
  }

  /** Starts from the {@link #STANDARD} bounds. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the bounds; each method is named after the bound that it sets. */
  public static final class Builder {

    private int queueCapacity = 256;
    private int maxBatchSize = 16;
    private int maxBatchTokens = 32_768;
    private int admissionTokens = 512;
    private int stepsPerCall = 4;
    private int maxPromptCharacters = 32_768;
    private int maxPromptTokens = 4_096;
    private long featureCacheBytes = 64L << 20;
    private Duration nativeCallLimit = Duration.ofSeconds(60);
    private GenerationDefaults defaults = GenerationDefaults.STANDARD;

    private Builder() {}

    public Builder queueCapacity(int requests) {
      this.queueCapacity = requests;
      return this;
    }

    public Builder maxBatchSize(int sequences) {
      this.maxBatchSize = sequences;
      return this;
    }

    public Builder maxBatchTokens(int tokens) {
      this.maxBatchTokens = tokens;
      return this;
    }

    public Builder admissionTokens(int tokens) {
      this.admissionTokens = tokens;
      return this;
    }

    public Builder stepsPerCall(int steps) {
      this.stepsPerCall = steps;
      return this;
    }

    public Builder maxPromptCharacters(int characters) {
      this.maxPromptCharacters = characters;
      return this;
    }

    public Builder maxPromptTokens(int tokens) {
      this.maxPromptTokens = tokens;
      return this;
    }

    public Builder featureCacheBytes(long bytes) {
      this.featureCacheBytes = bytes;
      return this;
    }

    public Builder nativeCallLimit(Duration limit) {
      this.nativeCallLimit = limit;
      return this;
    }

    public Builder defaults(GenerationDefaults defaults) {
      this.defaults = defaults;
      return this;
    }

    /**
     * The options.
     *
     * @throws InvalidSettingException naming the first bound that is wrong
     */
    public ServingOptions build() {
      return new ServingOptions(
          queueCapacity,
          maxBatchSize,
          maxBatchTokens,
          admissionTokens,
          stepsPerCall,
          maxPromptCharacters,
          maxPromptTokens,
          featureCacheBytes,
          nativeCallLimit,
          defaults);
    }
  }
}
