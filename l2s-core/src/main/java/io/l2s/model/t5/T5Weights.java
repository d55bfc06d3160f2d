package io.l2s.model.t5;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.StoredInt8;
import io.l2s.model.WeightSpec;
import io.l2s.model.WeightSpec.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tensors of T5 checkpoints; the program calls them by the same names. */
final class T5Weights {

  static final String SHARED = "shared.weight";
  static final String HEAD = "lm_head.weight";
  private static final String ENCODER_NORM = "encoder.final_layer_norm.weight";
  static final String DECODER_NORM = "decoder.final_layer_norm.weight";

  private final T5Config config;
  private final List<WeightSpec> specs = new ArrayList<>();

  private T5Weights(T5Config config) {
    this.config = config;
  }

  /** Those that {@code checkpoint} must hold. */
  static List<WeightSpec> of(Checkpoint checkpoint, T5Config config) {
    // The presence of a head decides: files of transformers 5 call it tied all the same.
    boolean ownHead =
        checkpoint.tensors().containsKey(HEAD) || StoredInt8.isIn(checkpoint.config());
    return of(config, ownHead);
  }

  /**
   * Those of a model of these sizes.
   *
   * @param ownHead whether the head has a matrix of its own
   */
  static List<WeightSpec> of(T5Config config, boolean ownHead) {
    T5Weights weights = new T5Weights(config);
    weights.addAll(ownHead);
    return List.copyOf(weights.specs);
  }

  // Deviations as in transformers: T5PreTrainedModel._init_weights.
  private void addAll(boolean ownHead) {
    List<Long> vocabulary = List.of((long) config.vocabularySize(), (long) config.width());
    add(SHARED, vocabulary, Kind.TABLE, Optional.empty(), 1);
    for (int i = 0; i < config.encoderLayers(); i++) {
      String layer = "encoder.block." + i + ".layer.";
      attention(layer + "0.", "SelfAttention", i == 0);
      feedForward(layer + "1.");
    }
    norm(ENCODER_NORM);
    for (int i = 0; i < config.decoderLayers(); i++) {
      String layer = "decoder.block." + i + ".layer.";
      attention(layer + "0.", "SelfAttention", i == 0);
      attention(layer + "1.", "EncDecAttention", false);
      feedForward(layer + "2.");
    }
    norm(DECODER_NORM);
    if (ownHead) {
      add(HEAD, vocabulary, Kind.PRODUCT, Optional.of(DECODER_NORM), 1);
    }
    // Copies of the shared embeddings.
    specs.add(WeightSpec.ignored("encoder.embed_tokens.weight"));
    specs.add(WeightSpec.ignored("decoder.embed_tokens.weight"));
    for (int i = 0; i < config.decoderLayers(); i++) {
      // T5 v1.0 files hold it in the first layer, but no T5 reads it.
      specs.add(
          WeightSpec.ignored(
              "decoder.block." + i + ".layer.1.EncDecAttention.relative_attention_bias.weight"));
    }
  }

  /** The products that share an input, in the order in which the program numbers its groups. */
  static List<List<String>> groups(T5Config config) {
    List<List<String>> groups = new ArrayList<>();
    List<String> inner = config.gated() ? List.of("wi_0", "wi_1") : List.of("wi");
    for (int i = 0; i < config.encoderLayers(); i++) {
      String layer = "encoder.block." + i + ".layer.";
      pair(groups, layer + "0.SelfAttention.", List.of("q", "k", "v"), "o");
      pair(groups, layer + "1.DenseReluDense.", inner, "wo");
    }
    for (int i = 0; i < config.decoderLayers(); i++) {
      String layer = "decoder.block." + i + ".layer.";
      pair(groups, layer + "0.SelfAttention.", List.of("q", "k", "v"), "o");
      pair(groups, layer + "1.EncDecAttention.", List.of("q"), "o");
      pair(groups, layer + "2.DenseReluDense.", inner, "wo");
    }
    for (int i = 0; i < config.decoderLayers(); i++) {
      String block = "decoder.block." + i + ".layer.1.EncDecAttention.";
      groups.add(List.of(block + "k.weight", block + "v.weight"));
    }
    return groups;
  }

  private static void pair(
      List<List<String>> groups, String block, List<String> inputs, String output) {
    groups.add(inputs.stream().map(name -> block + name + ".weight").toList());
    groups.add(List.of(block + output + ".weight"));
  }

  private void attention(String layer, String kind, boolean relativeBias) {
    long width = config.width();
    long inner = (long) config.heads() * config.headWidth();
    Optional<String> norm = Optional.of(norm(layer + "layer_norm.weight"));
    // Keys and values of the prompt are made of H, which has been normed already.
    Optional<String> keysNorm = kind.equals("EncDecAttention") ? Optional.empty() : norm;
    String block = layer + kind + ".";
    product(block + "q.weight", inner, width, norm, (double) width * config.headWidth());
    product(block + "k.weight", inner, width, keysNorm, width);
    product(block + "v.weight", inner, width, keysNorm, width);
    product(block + "o.weight", width, inner, Optional.empty(), inner);
    if (relativeBias) {
      add(
          block + "relative_attention_bias.weight",
          List.of((long) config.buckets(), (long) config.heads()),
          Kind.BIAS,
          Optional.empty(),
          Math.pow(width, -0.5));
    }
  }

  private void feedForward(String layer) {
    long width = config.width();
    long inner = config.feedForward();
    Optional<String> norm = Optional.of(norm(layer + "layer_norm.weight"));
    String block = layer + "DenseReluDense.";
    for (String product : config.gated() ? List.of("wi_0", "wi_1") : List.of("wi")) {
      product(block + product + ".weight", inner, width, norm, width);
    }
    product(block + "wo.weight", width, inner, Optional.empty(), inner);
  }

  private String norm(String name) {
    add(name, List.of((long) config.width()), Kind.NORM, Optional.empty(), 0);
    return name;
  }

  /**
   * @param variance a fresh weight has this variance's inverse
   */
  private void product(
      String name, long out, long in, Optional<String> normBefore, double variance) {
    add(name, List.of(out, in), Kind.PRODUCT, normBefore, Math.pow(variance, -0.5));
  }

  private void add(
      String name, List<Long> shape, Kind kind, Optional<String> normBefore, double deviation) {
    specs.add(new WeightSpec(name, name, shape, kind, normBefore, deviation, false));
  }
}
