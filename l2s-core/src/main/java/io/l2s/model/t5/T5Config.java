package io.l2s.model.t5;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.model.ContextLimits;
import io.l2s.model.EncoderDecoderShape;
import io.l2s.model.NormEpsilon;
import java.util.List;

/**
 * The sizes of a T5 model, from its {@code config.json} (transformers: {@code T5Config}).
 *
 * @param gated whether the feed-forward is gated gelu (T5 v1.1) and not relu (T5 v1.0)
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
    boolean scaledOutput,
    boolean tied,
    double epsilon,
    int buckets,
    int maxDistance,
    int startToken) {

  private static final int MAX_SIZE = 1 << 24;

  /**
   * Reads and checks the sizes.
   *
   * @throws ModelLoadException naming the field that is missing or out of range
   */
  static T5Config read(ConfigFile config) {
    int encoderLayers = config.requiredInt("num_layers", 1, 1_000);
    String feedForward = config.stringOr("feed_forward_proj", "relu");
    if (!List.of("relu", "gated-gelu").contains(feedForward)) {
      throw new ModelLoadException(
          config.file(), "feed_forward_proj must be relu or gated-gelu, but was " + feedForward);
    }
    int buckets = config.intOr("relative_attention_num_buckets", 32, 4, 4_096);
    return new T5Config(
        config.requiredInt("vocab_size", 2, MAX_SIZE),
        config.requiredInt("d_model", 1, MAX_SIZE),
        config.requiredInt("d_kv", 1, MAX_SIZE),
        config.requiredInt("num_heads", 1, MAX_SIZE),
        config.requiredInt("d_ff", 1, MAX_SIZE),
        encoderLayers,
        config.intOr("num_decoder_layers", encoderLayers, 1, 1_000),
        feedForward.equals("gated-gelu"),
        // Files of transformers 5 say it outright; before that, tied embeddings implied it.
        config.booleanOr("scale_decoder_outputs", config.booleanOr("tie_word_embeddings", true)),
        config.booleanOr("tie_word_embeddings", true),
        NormEpsilon.read(config, "layer_norm_epsilon", 1e-6),
        buckets,
        config.intOr("relative_attention_max_distance", 128, buckets / 2 + 1, MAX_SIZE),
        config.intOr("decoder_start_token_id", 0, 0, MAX_SIZE));
  }

  /** What the decoder's output is multiplied by before the head. */
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
