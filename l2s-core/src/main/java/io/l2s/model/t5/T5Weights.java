package io.l2s.model.t5;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of a T5 checkpoint: names and shapes, and those that are dropped knowingly. */
final class T5Weights {

  static final String SHARED = "shared.weight";
  static final String HEAD = "lm_head.weight";

  private T5Weights() {}

  /**
   * Every tensor a checkpoint must hold.
   *
   * @param ownHead whether the head has a matrix of its own; checkpoints tell by holding one
   */
  static Map<String, List<Long>> expected(T5Config config, boolean ownHead) {
    long width = config.width();
    Map<String, List<Long>> tensors = new LinkedHashMap<>();
    tensors.put(SHARED, List.of((long) config.vocabularySize(), width));
    for (int i = 0; i < config.encoderLayers(); i++) {
      String layer = "encoder.block." + i + ".layer.";
      attention(tensors, config, layer + "0.", "SelfAttention", i == 0);
      feedForward(tensors, config, layer + "1.");
    }
    tensors.put("encoder.final_layer_norm.weight", List.of(width));
    for (int i = 0; i < config.decoderLayers(); i++) {
      String layer = "decoder.block." + i + ".layer.";
      attention(tensors, config, layer + "0.", "SelfAttention", i == 0);
      attention(tensors, config, layer + "1.", "EncDecAttention", false);
      feedForward(tensors, config, layer + "2.");
    }
    tensors.put("decoder.final_layer_norm.weight", List.of(width));
    if (ownHead) {
      tensors.put(HEAD, List.of((long) config.vocabularySize(), width));
    }
    return tensors;
  }

  private static void attention(
      Map<String, List<Long>> tensors,
      T5Config config,
      String layer,
      String kind,
      boolean relativeBias) {
    long width = config.width();
    long inner = (long) config.heads() * config.headWidth();
    tensors.put(layer + "layer_norm.weight", List.of(width));
    for (String product : List.of("q", "k", "v")) {
      tensors.put(layer + kind + "." + product + ".weight", List.of(inner, width));
    }
    tensors.put(layer + kind + ".o.weight", List.of(width, inner));
    if (relativeBias) {
      tensors.put(
          layer + kind + ".relative_attention_bias.weight",
          List.of((long) config.buckets(), (long) config.heads()));
    }
  }

  private static void feedForward(Map<String, List<Long>> tensors, T5Config config, String layer) {
    long width = config.width();
    long inner = config.feedForward();
    tensors.put(layer + "layer_norm.weight", List.of(width));
    for (String product : config.gated() ? List.of("wi_0", "wi_1") : List.of("wi")) {
      tensors.put(layer + "DenseReluDense." + product + ".weight", List.of(inner, width));
    }
    tensors.put(layer + "DenseReluDense.wo.weight", List.of(width, inner));
  }

  /** Copies of the shared embeddings, and a bias that T5 v1.0 files hold but no T5 reads. */
  static boolean ignored(String name) {
    return name.equals("encoder.embed_tokens.weight")
        || name.equals("decoder.embed_tokens.weight")
        || name.endsWith("EncDecAttention.relative_attention_bias.weight");
  }

  /** Norms and position biases stay float32 in every precision: they are small and delicate. */
  static boolean inFloat32(String name) {
    return name.endsWith("norm.weight") || name.endsWith("relative_attention_bias.weight");
  }

  /**
   * Standard deviation of a fresh weight (transformers: {@code T5PreTrainedModel._init_weights}); 0
   * for the norms, which start at one.
   */
  static double initialDeviation(T5Config config, String name) {
    if (name.endsWith("norm.weight")) {
      return 0;
    } else if (name.equals(SHARED) || name.equals(HEAD)) {
      return 1;
    } else if (name.endsWith(".q.weight")) {
      return Math.pow((double) config.width() * config.headWidth(), -0.5);
    } else if (name.endsWith(".o.weight")) {
      return Math.pow((double) config.heads() * config.headWidth(), -0.5);
    } else if (name.endsWith(".wo.weight")) {
      return Math.pow(config.feedForward(), -0.5);
    }
    return Math.pow(config.width(), -0.5);
  }
}
