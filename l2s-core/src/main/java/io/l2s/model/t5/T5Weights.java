package io.l2s.model.t5;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TensorType;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tensors of a T5 checkpoint: names and shapes, and those that are dropped knowingly. */
final class T5Weights {

  static final String SHARED = "shared.weight";
  static final String HEAD = "lm_head.weight";

  private static final Set<String> LINEAR = Set.of("q", "k", "v", "o", "wi", "wi_0", "wi_1", "wo");

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

  /** The {@code quant_method} of checkpoints whose products are stored in int8. */
  static final String INT8_METHOD = "l2s-int8";

  private static final String SCALE = "_scale";

  /**
   * Whether the products are stored in int8.
   *
   * @throws ModelLoadException if they were quantised by another method
   */
  static boolean storedInt8(ConfigFile config) {
    Optional<String> method = config.quantMethod();
    if (method.isPresent() && !method.get().equals(INT8_METHOD)) {
      throw new ModelLoadException(
          config.file(),
          "quant_method must be "
              + INT8_METHOD
              + ", but was "
              + method.get()
              + "; quantise the original checkpoint again");
    }
    return method.isPresent();
  }

  /** Whether the tensor is the matrix of a product, and not a table, a norm or a bias. */
  static boolean isProduct(String name) {
    return name.equals(HEAD) || name.endsWith(".weight") && isLinear(name);
  }

  private static boolean isLinear(String name) {
    String[] parts = name.split("\\.");
    return LINEAR.contains(parts[parts.length - 2]);
  }

  /** The norm whose output goes into a product; empty for those that take something else. */
  static Optional<String> normBefore(String product) {
    if (product.equals(HEAD)) {
      return Optional.of("decoder.final_layer_norm.weight");
    }
    boolean normed =
        product.endsWith("SelfAttention.q.weight")
            || product.endsWith("SelfAttention.k.weight")
            || product.endsWith("SelfAttention.v.weight")
            || product.endsWith("EncDecAttention.q.weight")
            || product.contains(".DenseReluDense.wi");
    return normed
        ? Optional.of(product.replaceFirst("(layer\\.\\d+)\\..*", "$1.layer_norm.weight"))
        : Optional.empty();
  }

  static String scaleOf(String product) {
    return product + SCALE;
  }

  /** Adds what a checkpoint stored in int8 holds beside its products: a scale for each row. */
  static void addScales(Map<String, List<Long>> expected) {
    for (Map.Entry<String, List<Long>> each : List.copyOf(expected.entrySet())) {
      if (isProduct(each.getKey())) {
        expected.put(scaleOf(each.getKey()), List.of(each.getValue().get(0)));
      }
    }
  }

  /**
   * @throws ModelLoadException naming every scale that is not a positive number
   */
  static void checkScales(Checkpoint checkpoint) {
    List<String> problems = new ArrayList<>();
    checkpoint.tensors().values().stream()
        .filter(entry -> entry.name().endsWith(SCALE) && entry.type() == TensorType.F32)
        .forEach(
            entry -> {
              FloatBuffer scales = entry.map().asFloatBuffer();
              while (scales.hasRemaining()) {
                float scale = scales.get();
                if (!(scale > 0 && scale < Float.POSITIVE_INFINITY)) {
                  problems.add(entry.name() + " must be above 0 and finite, but holds " + scale);
                  return;
                }
              }
            });
    if (!problems.isEmpty()) {
      throw new ModelLoadException(checkpoint.directory(), problems);
    }
  }

  /** Copies of the shared embeddings, and a bias that T5 v1.0 files hold but no T5 reads. */
  static boolean ignored(String name) {
    return name.equals("encoder.embed_tokens.weight")
        || name.equals("decoder.embed_tokens.weight")
        || name.endsWith("EncDecAttention.relative_attention_bias.weight");
  }

  /** Norms and position biases stay float32 in every precision: they are small and delicate. */
  static boolean inFloat32(String name) {
    return name.endsWith("norm.weight")
        || name.endsWith("relative_attention_bias.weight")
        || name.endsWith(SCALE);
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
