package io.l2s.model.llama;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.model.Activation;
import io.l2s.model.DecoderOnlyShape;
import io.l2s.model.ModelShape;
import io.l2s.model.Norm;
import io.l2s.model.llama.LlamaVariant.Biased;
import java.util.Set;

/**
 * The sizes of a model of the Llama kind, from its {@code config.json} (transformers: {@code
 * LlamaConfig}, {@code Qwen2Config}, {@code Qwen3Config}, {@code MistralConfig}).
 *
 * @param keyValueHeads heads of keys and values, each shared by as many heads of queries
 * @param biases the products of each layer that add biases
 * @param queryKeyNorms whether each head's queries and keys are normed
 * @param windows positions that each layer attends to
 * @param tied whether the config says that the head is the token table
 * @param deviation standard deviation of fresh weights
 */
record LlamaConfig(
    int vocabularySize,
    int width,
    int heads,
    int keyValueHeads,
    int headWidth,
    int feedForward,
    int layers,
    int contextLength,
    Activation activation,
    Set<Biased> biases,
    boolean queryKeyNorms,
    SlidingWindows windows,
    Rope rope,
    boolean tied,
    Norm norm,
    double deviation) {

  static LlamaConfig read(ConfigFile config) {
    LlamaVariant variant = LlamaVariant.of(config);
    int width = config.intOr("hidden_size", 4_096, 1, ModelShape.MAX_SIZE);
    int heads = config.intOr("num_attention_heads", 32, 1, ModelShape.MAX_SIZE);
    int headWidth = headWidth(config, variant, width, heads);
    int layers = config.intOr("num_hidden_layers", 32, 1, 1_000);
    int contextLength =
        config.intOr("max_position_embeddings", variant.contextLength(), 2, 1 << 30);
    return new LlamaConfig(
        config.intOr("vocab_size", variant.vocabularySize(), 2, ModelShape.MAX_SIZE),
        width,
        heads,
        keyValueHeads(config, variant, heads),
        headWidth,
        config.intOr("intermediate_size", variant.feedForward(), 1, ModelShape.MAX_SIZE),
        layers,
        contextLength,
        Activation.read(config, "hidden_act", "silu"),
        variant.biases(config),
        variant.queryKeyNorms(),
        SlidingWindows.read(config, variant, layers),
        Rope.read(config, headWidth, contextLength),
        config.booleanOr("tie_word_embeddings", false),
        Norm.rms(Norm.epsilon(config, "rms_norm_eps", 1e-6)),
        config.doubleOr("initializer_range", 0.02, 0, 100));
  }

  private static int headWidth(ConfigFile config, LlamaVariant variant, int width, int heads) {
    if (config.has("head_dim")) {
      int headWidth = config.requiredInt("head_dim", 2, ModelShape.MAX_SIZE);
      if (headWidth % 2 != 0) {
        throw new ModelLoadException(config.file(), "head_dim must be even, but was " + headWidth);
      }
      return headWidth;
    }
    if (variant == LlamaVariant.QWEN3) {
      return 128;
    }
    if (width % (2 * heads) != 0) {
      throw new ModelLoadException(
          config.file(),
          "hidden_size must be an even multiple of num_attention_heads "
              + heads
              + " where head_dim is absent, but was "
              + width);
    }
    return width / heads;
  }

  private static int keyValueHeads(ConfigFile config, LlamaVariant variant, int heads) {
    // A null means as many as heads; a missing field has the default of transformers' class.
    int absent = config.named("num_key_value_heads") ? heads : variant.keyValueHeads(heads);
    int keyValueHeads = config.intOr("num_key_value_heads", absent, 1, ModelShape.MAX_SIZE);
    if (heads % keyValueHeads != 0) {
      throw new ModelLoadException(
          config.file(),
          "num_key_value_heads must divide num_attention_heads "
              + heads
              + ", but was "
              + keyValueHeads);
    }
    return keyValueHeads;
  }

  DecoderOnlyShape shape() {
    long attention = 2L * width * heads * headWidth + 2L * width * keyValueHeads * headWidth;
    long step = layers * (attention + 3L * width * feedForward) + (long) vocabularySize * width;
    return new DecoderOnlyShape(
        width,
        vocabularySize,
        layers,
        rope.contextLength(),
        windows.longest(),
        step,
        2L * layers * keyValueHeads * headWidth);
  }
}
