package io.l2s.model.gpt2;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TokenDefaults;
import io.l2s.model.Activation;
import io.l2s.model.DecoderOnlyShape;
import io.l2s.model.ModelShape;
import io.l2s.model.Norm;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sizes of a GPT-2 model, from its {@code config.json} (transformers: {@code GPT2Config}).
 *
 * @param positions most positions, each with a learned vector
 * @param scaled whether attention is divided by the root of the head's width
 * @param scaledByLayer whether attention of layer i is divided by i + 1 besides
 * @param tied whether the config says that the head is the token table
 * @param deviation standard deviation of fresh weights
 */
record Gpt2Config(
    int vocabularySize,
    int width,
    int heads,
    int feedForward,
    int layers,
    int positions,
    Activation activation,
    boolean scaled,
    boolean scaledByLayer,
    boolean tied,
    Norm norm,
    double deviation) {

  /** The ids of transformers' config class. */
  static final TokenDefaults TOKENS = TokenDefaults.ofEos(50_256);

  static Gpt2Config read(ConfigFile config) {
    String widthField = config.named("n_embd", "hidden_size");
    String headsField = config.named("n_head", "num_attention_heads");
    int width = config.intOr(widthField, 768, 1, ModelShape.MAX_SIZE);
    int heads = config.intOr(headsField, 12, 1, ModelShape.MAX_SIZE);
    if (width % heads != 0) {
      throw config.problem(
          widthField, "must be a multiple of " + headsField + " " + heads + ", but was " + width);
    }
    if (config.booleanOr("add_cross_attention", false)) {
      throw new ModelLoadException(
          config.file(), "add_cross_attention must be false, but was true; use a plain GPT-2");
    }
    return new Gpt2Config(
        config.intOr("vocab_size", 50_257, 2, ModelShape.MAX_SIZE),
        width,
        heads,
        config.intOr("n_inner", 4 * width, 1, ModelShape.MAX_SIZE),
        config.intOr(config.named("n_layer", "num_hidden_layers"), 12, 1, 1_000),
        config.intOr(
            config.named("n_positions", "max_position_embeddings"), 1_024, 2, ModelShape.MAX_SIZE),
        Activation.read(config, "activation_function", "gelu_new"),
        config.booleanOr("scale_attn_weights", true),
        config.booleanOr("scale_attn_by_inverse_layer_idx", false),
        config.booleanOr("tie_word_embeddings", true),
        Norm.layer(Norm.epsilon(config, "layer_norm_epsilon", 1e-5)),
        config.doubleOr("initializer_range", 0.02, 0, 100));
  }

  int headWidth() {
    return width / heads;
  }

  /** The factor of the attention scores, layer by layer. */
  List<Double> scales() {
    double scale = scaled ? Math.pow(headWidth(), -0.5) : 1;
    return IntStream.range(0, layers)
        .mapToObj(layer -> scaledByLayer ? scale / (layer + 1) : scale)
        .toList();
  }

  DecoderOnlyShape shape() {
    long layer = 4L * width * width + 2L * width * feedForward;
    long step = layers * layer + (long) vocabularySize * width;
    return new DecoderOnlyShape(
        width, vocabularySize, layers, positions, Integer.MAX_VALUE, step, 2L * layers * width);
  }
}
