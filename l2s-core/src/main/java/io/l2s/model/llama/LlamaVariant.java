package io.l2s.model.llama;

import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TokenDefaults;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The models of the Llama kind by their {@code model_type}: how they differ, and what their config
 * classes in transformers have where a field is absent.
 */
enum LlamaVariant {
  LLAMA(32_000, 11_008, 2_048),
  MISTRAL(32_000, 14_336, 4_096 * 32),
  QWEN2(151_936, 22_016, 32_768),
  QWEN3(151_936, 22_016, 32_768);

  /** Products of a layer that may add biases. */
  enum Biased {
    /** Queries, keys and values. */
    ATTENTION_INPUTS,
    ATTENTION_OUTPUT,
    FEED_FORWARD
  }

  private final int vocabularySize;
  private final int feedForward;
  private final int contextLength;

  LlamaVariant(int vocabularySize, int feedForward, int contextLength) {
    this.vocabularySize = vocabularySize;
    this.feedForward = feedForward;
    this.contextLength = contextLength;
  }

  /** That of a config of this family. */
  static LlamaVariant of(ConfigFile config) {
    return valueOf(config.modelType().toUpperCase(Locale.ROOT));
  }

  static Set<String> modelTypes() {
    return Arrays.stream(values())
        .map(variant -> variant.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  int vocabularySize() {
    return vocabularySize;
  }

  int feedForward() {
    return feedForward;
  }

  int contextLength() {
    return contextLength;
  }

  /**
   * @param heads heads of queries
   */
  int keyValueHeads(int heads) {
    return switch (this) {
      case LLAMA -> heads;
      case MISTRAL -> 8;
      case QWEN2, QWEN3 -> 32;
    };
  }

  /** Qwen's classes name no end. */
  TokenDefaults tokens() {
    return switch (this) {
      case LLAMA, MISTRAL -> TokenDefaults.ofEos(2);
      case QWEN2, QWEN3 -> TokenDefaults.NONE;
    };
  }

  /** The products that add biases. */
  Set<Biased> biases(ConfigFile config) {
    Set<Biased> biases = EnumSet.noneOf(Biased.class);
    if (this == QWEN2) {
      biases.add(Biased.ATTENTION_INPUTS);
    }
    if ((this == LLAMA || this == QWEN3) && config.booleanOr("attention_bias", false)) {
      biases.add(Biased.ATTENTION_INPUTS);
      biases.add(Biased.ATTENTION_OUTPUT);
    }
    if (this == LLAMA && config.booleanOr("mlp_bias", false)) {
      biases.add(Biased.FEED_FORWARD);
    }
    return Set.copyOf(biases);
  }

  /** Whether each head's queries and keys are normed. */
  boolean queryKeyNorms() {
    return this == QWEN3;
  }
}
