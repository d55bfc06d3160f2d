package io.l2s.model.t5;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.InputChannels;
import io.l2s.model.ProductGroup;
import io.l2s.model.TokenTables;
import io.l2s.model.WeightSpec;
import io.l2s.model.WeightSpec.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The tensors of T5 checkpoints; the program calls them by the same names. */
final class T5Weights {

  private static final String ENCODER_NORM = "encoder.final_layer_norm.weight";
  static final String DECODER_NORM = "decoder.final_layer_norm.weight";

  private final T5Config config;
  private final List<WeightSpec> specs = new ArrayList<>();

  private T5Weights(T5Config config) {
    this.config = config;
  }

  /** Those that {@code checkpoint} must hold. */
  static List<WeightSpec> of(Checkpoint checkpoint, T5Config config) {
    return of(config, TokenTables.of(checkpoint, "", config.tied()));
  }

  /** Those of a model with fresh weights. */
  static List<WeightSpec> of(T5Config config) {
    List<String> own = config.tied() ? List.of() : List.of(TokenTables.HEAD);
    return of(config, new TokenTables("", TokenTables.SHARED, own));
  }

  /** Those of {@code checkpoint} once its products are stored in 8-bit integers. */
  static List<WeightSpec> rounded(Checkpoint checkpoint, T5Config config) {
    return of(config, TokenTables.of(checkpoint, "", config.tied()).withOwnHead());
  }

  private static List<WeightSpec> of(T5Config config, TokenTables tables) {
    T5Weights weights = new T5Weights(config);
    weights.addAll(tables);
    return List.copyOf(weights.specs);
  }

  // Deviations as in transformers: T5PreTrainedModel._init_weights.
  private void addAll(TokenTables tables) {
    List<Long> vocabulary = List.of((long) config.vocabularySize(), (long) config.width());
    specs.addAll(tables.vectors(vocabulary, 1));
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
    specs.addAll(tables.head(vocabulary, 1));
    specs.addAll(tables.copies());
    for (int i = 0; i < config.decoderLayers(); i++) {
      // T5 v1.0 files hold it in the first layer, but no T5 reads it.
      specs.add(
          WeightSpec.ignored(
              "decoder.block." + i + ".layer.1.EncDecAttention.relative_attention_bias.weight"));
    }
  }

  /**
   * The products that share an input, in the order in which the program numbers its groups.
   *
   * @param head name of the head's matrix
   */
  static List<ProductGroup> groups(T5Config config, String head) {
    List<ProductGroup> groups = new ArrayList<>();
    for (int i = 0; i < config.encoderLayers(); i++) {
      String layer = "encoder.block." + i + ".layer.";
      attended(groups, layer + "0.", "SelfAttention.", "q", "k", "v");
      feedForward(groups, layer + "1.", config);
    }
    for (int i = 0; i < config.decoderLayers(); i++) {
      String layer = "decoder.block." + i + ".layer.";
      attended(groups, layer + "0.", "SelfAttention.", "q", "k", "v");
      attended(groups, layer + "1.", "EncDecAttention.", "q");
      feedForward(groups, layer + "2.", config);
    }
    for (int i = 0; i < config.decoderLayers(); i++) {
      // Keys and values of the prompt are made of H, which has been normed already.
      String block = "decoder.block." + i + ".layer.1.EncDecAttention.";
      groups.add(ProductGroup.of(block + "k.weight", block + "v.weight"));
    }
    groups.add(ProductGroup.behind(DECODER_NORM, head).times(config.outputScale()));
    return groups;
  }

  private static void attended(
      List<ProductGroup> groups, String layer, String block, String... inputs) {
    String[] names =
        Stream.of(inputs).map(name -> layer + block + name + ".weight").toArray(String[]::new);
    groups.add(ProductGroup.behind(layer + "layer_norm.weight", names));
    groups.add(
        ProductGroup.of(layer + block + "o.weight")
            .reading(InputChannels.of(layer + block + "v.weight")));
  }

  private static void feedForward(List<ProductGroup> groups, String layer, T5Config config) {
    String block = layer + "DenseReluDense.";
    String norm = layer + "layer_norm.weight";
    ProductGroup outer = ProductGroup.of(block + "wo.weight");
    if (config.gated()) {
      groups.add(ProductGroup.behind(norm, block + "wi_0.weight", block + "wi_1.weight"));
      groups.add(outer.reading(InputChannels.gated(block + "wi_1.weight", block + "wi_0.weight")));
    } else {
      groups.add(ProductGroup.behind(norm, block + "wi.weight"));
      groups.add(outer.reading(config.activation(), block + "wi.weight"));
    }
  }

  private void attention(String layer, String kind, boolean relativeBias) {
    long width = config.width();
    long inner = (long) config.heads() * config.headWidth();
    norm(layer + "layer_norm.weight");
    String block = layer + kind + ".";
    product(block + "q.weight", inner, width, (double) width * config.headWidth());
    product(block + "k.weight", inner, width, width);
    product(block + "v.weight", inner, width, width);
    product(block + "o.weight", width, inner, inner);
    if (relativeBias) {
      add(
          block + "relative_attention_bias.weight",
          List.of((long) config.buckets(), (long) config.heads()),
          Kind.BIAS,
          Math.pow(width, -0.5));
    }
  }

  private void feedForward(String layer) {
    long width = config.width();
    long inner = config.feedForward();
    norm(layer + "layer_norm.weight");
    String block = layer + "DenseReluDense.";
    for (String product : config.gated() ? List.of("wi_0", "wi_1") : List.of("wi")) {
      product(block + product + ".weight", inner, width, width);
    }
    product(block + "wo.weight", width, inner, inner);
  }

  private void norm(String name) {
    add(name, List.of((long) config.width()), Kind.NORM, 0);
  }

  /**
   * @param variance a fresh weight has this variance's inverse
   */
  private void product(String name, long out, long in, double variance) {
    add(name, List.of(out, in), Kind.PRODUCT, Math.pow(variance, -0.5));
  }

  private void add(String name, List<Long> shape, Kind kind, double deviation) {
    specs.add(WeightSpec.of(name, name, shape, kind, deviation));
  }
}
