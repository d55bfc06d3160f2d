package io.l2s.model.llama;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TokenDefaults;
import io.l2s.model.Activation;
import io.l2s.model.DecoderOnlyShape;
import io.l2s.model.ModelShape;
import io.l2s.model.NormEpsilon;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sizes of a model of the Llama kind, from its {@code config.json} (transformers: {@code
 * LlamaConfig}, {@code Qwen2Config}, {@code Qwen3Config}, {@code MistralConfig}).
 *
 * @param keyValueHeads heads of keys and values, each shared by as many heads of queries
 * @param inputBiases whether q, k and v add biases
 * @param outputBias whether attention's output adds a bias
 * @param feedForwardBiases whether the feed-forward's products add biases
 * @param queryKeyNorms whether each head's queries and keys are normed
 * @param windows positions that each layer attends to, 0 for all
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
    String activation,
    boolean inputBiases,
    boolean outputBias,
    boolean feedForwardBiases,
    boolean queryKeyNorms,
    List<Integer> windows,
    Rope rope,
    boolean tied,
    double epsilon,
    double deviation) {

  /** The ids of transformers' config classes; those of Qwen name no end. */
  static TokenDefaults tokens(ConfigFile config) {
    return config.modelType().startsWith("qwen") ? TokenDefaults.NONE : TokenDefaults.ofEos(2);
  }

  static LlamaConfig read(ConfigFile config) {
    String type = config.modelType();
    int width = config.intOr("hidden_size", 4_096, 1, ModelShape.MAX_SIZE);
    int heads = config.intOr("num_attention_heads", 32, 1, ModelShape.MAX_SIZE);
    int headWidth = headWidth(config, type, width, heads);
    int layers = config.intOr("num_hidden_layers", 32, 1, 1_000);
    int contextLength = config.intOr("max_position_embeddings", defaultContext(type), 2, 1 << 30);
    boolean qwen = type.startsWith("qwen");
    boolean biases = !type.equals("mistral") && config.booleanOr("attention_bias", false);
    return new LlamaConfig(
        config.intOr("vocab_size", qwen ? 151_936 : 32_000, 2, ModelShape.MAX_SIZE),
        width,
        heads,
        keyValueHeads(config, type, heads),
        headWidth,
        config.intOr("intermediate_size", defaultFeedForward(type), 1, ModelShape.MAX_SIZE),
        layers,
        contextLength,
        Activation.read(config, "hidden_act", "silu"),
        type.equals("qwen2") || biases,
        !type.equals("qwen2") && biases,
        type.equals("llama") && config.booleanOr("mlp_bias", false),
        type.equals("qwen3"),
        windows(config, type, layers),
        Rope.read(config, headWidth, contextLength),
        config.booleanOr("tie_word_embeddings", false),
        NormEpsilon.read(config, "rms_norm_eps", 1e-6),
        config.doubleOr("initializer_range", 0.02, 0, 100));
  }

  private static int headWidth(ConfigFile config, String type, int width, int heads) {
    if (config.has("head_dim")) {
      int headWidth = config.requiredInt("head_dim", 2, ModelShape.MAX_SIZE);
      if (headWidth % 2 != 0) {
        throw new ModelLoadException(config.file(), "head_dim must be even, but was " + headWidth);
      }
      return headWidth;
    }
    if (type.equals("qwen3")) {
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

  private static int keyValueHeads(ConfigFile config, String type, int heads) {
    // A null means as many as heads; a missing field has the default of transformers' class.
    int missing =
        switch (type) {
          case "mistral" -> 8;
          case "qwen2", "qwen3" -> 32;
          default -> heads;
        };
    int absent = config.named("num_key_value_heads") ? heads : missing;
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

  private static int defaultContext(String type) {
    return switch (type) {
      case "llama" -> 2_048;
      case "mistral" -> 4_096 * 32;
      default -> 32_768;
    };
  }

  private static int defaultFeedForward(String type) {
    return switch (type) {
      case "llama" -> 11_008;
      case "mistral" -> 14_336;
      default -> 22_016;
    };
  }

  private static List<Integer> windows(ConfigFile config, String type, int layers) {
    List<Integer> all = Collections.nCopies(layers, 0);
    if (type.equals("llama")) {
      return all;
    }
    if (type.equals("mistral")) {
      boolean none = config.named("sliding_window") && !config.has("sliding_window");
      return none
          ? all
          : Collections.nCopies(layers, config.intOr("sliding_window", 4_096, 1, 1 << 30));
    }
    boolean none = config.named("sliding_window") && !config.has("sliding_window");
    int window =
        config.booleanOr("use_sliding_window", false) && !none
            ? config.intOr("sliding_window", 4_096, 1, 1 << 30)
            : 0;
    List<String> types = config.strings("layer_types");
    if (types.isEmpty()) {
      int full = config.intOr("max_window_layers", 28, 0, 1_000);
      return IntStream.range(0, layers).mapToObj(layer -> layer >= full ? window : 0).toList();
    }
    if (types.size() != layers) {
      throw new ModelLoadException(
          config.file(), "layer_types must name " + layers + " layers, but names " + types.size());
    }
    return types.stream().map(each -> window(config, each, window)).toList();
  }

  private static int window(ConfigFile config, String layerType, int window) {
    return switch (layerType) {
      case "full_attention" -> 0;
      case "sliding_attention" -> {
        if (window == 0) {
          throw new ModelLoadException(
              config.file(), "layer_types has sliding_attention, but use_sliding_window is false");
        }
        yield window;
      }
      default ->
          throw new ModelLoadException(
              config.file(),
              "layer_types must be full_attention or sliding_attention, but has " + layerType);
    };
  }

  /** Names the kinds of the kept layers one by one, where they are named or differ. */
  void keepLayerTypes(JsonObject config, List<Integer> kept) {
    if (!config.has("layer_types") && windows.stream().distinct().count() == 1) {
      return;
    }
    JsonArray types = new JsonArray();
    kept.forEach(
        layer -> types.add(windows.get(layer) == 0 ? "full_attention" : "sliding_attention"));
    config.add("layer_types", types);
  }

  DecoderOnlyShape shape() {
    long attention = 2L * width * heads * headWidth + 2L * width * keyValueHeads * headWidth;
    long step = layers * (attention + 3L * width * feedForward) + (long) vocabularySize * width;
    int longest = windows.contains(0) ? Integer.MAX_VALUE : Collections.max(windows);
    return new DecoderOnlyShape(
        width,
        vocabularySize,
        layers,
        rope.contextLength(),
        longest,
        step,
        2L * layers * keyValueHeads * headWidth);
  }
}
