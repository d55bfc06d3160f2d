package io.l2s.model.bart;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TokenDefaults;
import io.l2s.model.Activation;
import io.l2s.model.ContextLimits;
import io.l2s.model.EncoderDecoderShape;
import io.l2s.model.ModelShape;
import io.l2s.model.Norm;
import java.util.OptionalInt;

/**
 * The sizes of a BART model, from its {@code config.json} (transformers: {@code BartConfig}).
 *
 * @param positions most positions of a prompt, and most of an answer, each with a learned vector
 * @param scaled whether token embeddings are multiplied by the root of the width
 * @param tied whether the config says that the head is the token table
 * @param startToken first input of the decoder
 * @param deviation standard deviation of fresh weights
 */
record BartConfig(
    int vocabularySize,
    int width,
    Stack encoder,
    Stack decoder,
    int positions,
    Activation activation,
    boolean scaled,
    boolean tied,
    int startToken,
    double deviation) {

  /** All norms; no config names their epsilon. */
  static final Norm NORM = Norm.layer(1e-5);

  /** The ids of transformers' config class, which forces the end of every answer. */
  static final TokenDefaults TOKENS = new TokenDefaults(OptionalInt.of(2), OptionalInt.of(2));

  /** The sizes of the encoder or the decoder. */
  record Stack(int layers, int heads, int feedForward) {

    static Stack read(ConfigFile config, String name, int width) {
      boolean encoder = name.equals("encoder");
      String field = name + "_attention_heads";
      String layers = name + "_layers";
      if (encoder) {
        field = config.named(field, "num_attention_heads");
        layers = config.named(layers, "num_hidden_layers");
      }
      int heads = config.intOr(field, 16, 1, ModelShape.MAX_SIZE);
      if (width % heads != 0) {
        throw new ModelLoadException(
            config.file(),
            "d_model must be a multiple of " + field + " " + heads + ", but was " + width);
      }
      return new Stack(
          config.intOr(layers, 12, 1, 1_000),
          heads,
          config.intOr(name + "_ffn_dim", 4_096, 1, ModelShape.MAX_SIZE));
    }
  }

  static BartConfig read(ConfigFile config) {
    int width = config.intOr(config.named("d_model", "hidden_size"), 1_024, 1, ModelShape.MAX_SIZE);
    return new BartConfig(
        config.intOr("vocab_size", 50_265, 2, ModelShape.MAX_SIZE),
        width,
        Stack.read(config, "encoder", width),
        Stack.read(config, "decoder", width),
        config.intOr("max_position_embeddings", 1_024, 2, ModelShape.MAX_SIZE),
        Activation.read(config, "activation_function", "gelu"),
        config.booleanOr("scale_embedding", false),
        config.booleanOr("tie_word_embeddings", true),
        config.intOr("decoder_start_token_id", 2, 0, ModelShape.MAX_SIZE),
        config.doubleOr("init_std", 0.02, 0, 100));
  }

  double embedScale() {
    return scaled ? Math.sqrt(width) : 1;
  }

  /** The factor of the attention scores of {@code stack}. */
  double attentionScale(Stack stack) {
    return Math.pow((double) width / stack.heads(), -0.5);
  }

  EncoderDecoderShape shape() {
    // q, k, v and o of its own; q and o of what it attends to.
    long layer = 6L * width * width + 2L * width * decoder.feedForward();
    long step = decoder.layers() * layer + (long) vocabularySize * width;
    ContextLimits limits = ContextLimits.each(positions, positions);
    return new EncoderDecoderShape(
        width,
        vocabularySize,
        encoder.layers(),
        limits,
        startToken,
        step,
        2L * decoder.layers() * width);
  }
}
