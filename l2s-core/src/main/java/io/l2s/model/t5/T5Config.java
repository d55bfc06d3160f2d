package io.l2s.model.t5;

import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TokenDefaults;
import io.l2s.model.Activation;
import io.l2s.model.ContextLimits;
import io.l2s.model.EncoderDecoderShape;
import io.l2s.model.ModelShape;
import io.l2s.model.Norm;

/**
 * The sizes of a T5 model, from its {@code config.json} (transformers: {@code T5Config}).
 *
 * @param gated whether a product of its own scales the feed-forward's activation (T5 v1.1)
 * @param scaledOutput whether the decoder's output is multiplied by {@code width^-0.5} before the
 *     head
 * @param tied whether the config says that the head is the token table
 * @param startToken first decoder input
 */
record T5Config(
    int vocabularySize,
    int width,
    int headWidth,
    int heads,
    int feedForward,
    int encoderLayers,
    int decoderLayers,
    boolean gated,
    Activation activation,
    boolean scaledOutput,
    boolean tied,
    Norm norm,
    int buckets,
    int maxDistance,
    int startToken) {

  /** The ids of transformers' config class. */
  static final TokenDefaults TOKENS = TokenDefaults.ofEos(1);

  private static final String GATED = "gated-";

  /**
   * Reads and checks the sizes.
   *
   * @throws ModelLoadException naming the field that is missing or out of range
   */
  static T5Config read(ConfigFile config) {
    boolean mt5 = config.modelType().equals("mt5");
    int encoderLayers =
        config.intOr(config.named("num_layers", "num_hidden_layers"), mt5 ? 8 : 6, 1, 1_000);
    String feedForward = config.stringOr("feed_forward_proj", mt5 ? "gated-gelu" : "relu");
    boolean gated = feedForward.startsWith(GATED);
    // As in transformers, gelu is its tanh form where it is gated.
    String activation =
        feedForward.equals("gated-gelu") ? "gelu_new" : feedForward.replaceFirst(GATED, "");
    int buckets = config.intOr("relative_attention_num_buckets", 32, 4, 4_096);
    return new T5Config(
        config.intOr("vocab_size", mt5 ? 250_112 : 32_128, 2, ModelShape.MAX_SIZE),
        config.intOr(config.named("d_model", "hidden_size"), 512, 1, ModelShape.MAX_SIZE),
        config.intOr(config.named("d_kv", "head_dim"), 64, 1, ModelShape.MAX_SIZE),
        config.intOr(
            config.named("num_heads", "num_attention_heads"), mt5 ? 6 : 8, 1, ModelShape.MAX_SIZE),
        config.intOr("d_ff", mt5 ? 1_024 : 2_048, 1, ModelShape.MAX_SIZE),
        encoderLayers,
        config.intOr("num_decoder_layers", encoderLayers, 1, 1_000),
        gated,
        Activation.of(config, "feed_forward_proj", activation),
        !mt5 && scalesOutput(config),
        config.booleanOr("tie_word_embeddings", true),
        Norm.rms(Norm.epsilon(config, "layer_norm_epsilon", 1e-6)),
        buckets,
        config.intOr("relative_attention_max_distance", 128, buckets / 2 + 1, ModelShape.MAX_SIZE),
        config.intOr("decoder_start_token_id", 0, 0, ModelShape.MAX_SIZE));
  }

  /**
   * Files of T5 from transformers 5 say it outright; before that, tied embeddings implied it. mT5
   * is never scaled: transformers 5 writes tied embeddings into every file of it.
   */
  private static boolean scalesOutput(ConfigFile config) {
    return config.booleanOr("scale_decoder_outputs", config.booleanOr("tie_word_embeddings", true));
  }

  /** The factor of the decoder's output before the head. */
  double outputScale() {
    return scaledOutput ? Math.pow(width, -0.5) : 1;
  }

  EncoderDecoderShape shape() {
    return new EncoderDecoderShape(
        width,
        vocabularySize,
        encoderLayers,
        ContextLimits.NONE,
        startToken,
        stepWeights(),
        2L * decoderLayers * heads * headWidth);
  }

  /** Weights that the decoder reads in one step, the head among them. */
  private long stepWeights() {
    long attention = (long) width * heads * headWidth;
    long products = (gated ? 3L : 2L) * width * feedForward;
    // q, k, v and o of its own; q and o of what it attends to.
    return decoderLayers * (6 * attention + products) + (long) vocabularySize * width;
  }
}
