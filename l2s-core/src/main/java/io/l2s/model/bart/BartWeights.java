package io.l2s.model.bart;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.InputChannels;
import io.l2s.model.ProductGroup;
import io.l2s.model.TokenTables;
import io.l2s.model.WeightSpec;
import io.l2s.model.WeightSpec.Kind;
import io.l2s.model.WeightTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tensors of BART checkpoints. All names but the head's may begin with {@code model.}; encoder,
 * decoder and head share one token table unless they are stored with tables of their own.
 */
final class BartWeights {

  private static final String HEAD_BIAS = "final_logits_bias";
  private static final String PREFIX = "model.";

  private final BartConfig config;
  private final String prefix;
  private final List<WeightSpec> specs = new ArrayList<>();

  private BartWeights(BartConfig config, String prefix) {
    this.config = config;
    this.prefix = prefix;
  }

  /** Those that {@code checkpoint} must hold. */
  static List<WeightSpec> of(Checkpoint checkpoint, BartConfig config) {
    TokenTables tables = tables(checkpoint, config);
    return new BartWeights(config, tables.prefix()).all(tables, hasHeadBias(checkpoint));
  }

  /** Those of a model with fresh weights. */
  static List<WeightSpec> of(BartConfig config) {
    // As transformers stores it: without ties the shared table has no reader.
    List<String> own =
        config.tied()
            ? List.of()
            : List.of(TokenTables.PROMPT_TOKENS, TokenTables.ANSWER_TOKENS, TokenTables.HEAD);
    return new BartWeights(config, PREFIX)
        .all(new TokenTables(PREFIX, PREFIX + TokenTables.SHARED, own), false);
  }

  /** Those of {@code checkpoint} once its products are stored in 8-bit integers. */
  static List<WeightSpec> rounded(Checkpoint checkpoint, BartConfig config) {
    TokenTables tables = tables(checkpoint, config).withOwnHead();
    return new BartWeights(config, tables.prefix()).all(tables, hasHeadBias(checkpoint));
  }

  private static boolean hasHeadBias(Checkpoint checkpoint) {
    return checkpoint.tensors().containsKey(HEAD_BIAS);
  }

  private static TokenTables tables(Checkpoint checkpoint, BartConfig config) {
    return TokenTables.of(checkpoint, WeightTable.prefixIn(checkpoint, PREFIX), config.tied());
  }

  // Deviations as in transformers: PreTrainedModel._init_weights.
  private List<WeightSpec> all(TokenTables tables, boolean headBias) {
    List<Long> vocabulary = List.of((long) config.vocabularySize(), (long) config.width());
    specs.addAll(tables.vectors(vocabulary, config.deviation()));
    stack("encoder", config.encoder(), false);
    stack("decoder", config.decoder(), true);
    specs.addAll(tables.head(vocabulary, config.deviation()));
    if (headBias) {
      // The program looks for a bias by the name of its matrix.
      String matrix = tables.hasOwnHead() ? TokenTables.HEAD : TokenTables.SHARED;
      List<Long> shape = List.of(1L, (long) config.vocabularySize());
      specs.add(WeightSpec.of(HEAD_BIAS, matrix.replace("weight", "bias"), shape, Kind.BUFFER, 0));
    }
    specs.addAll(tables.copies());
    // Old files hold these.
    specs.add(WeightSpec.ignored(prefix + "encoder.version"));
    specs.add(WeightSpec.ignored(prefix + "decoder.version"));
    return List.copyOf(specs);
  }

  private void stack(String name, BartConfig.Stack stack, boolean attendsToPrompt) {
    long width = config.width();
    // Two more rows than positions.
    List<Long> positions = List.of(config.positions() + 2L, width);
    String table = name + ".embed_positions.weight";
    specs.add(spec(prefix + table, table, positions, Kind.TABLE));
    norm(name + ".layernorm_embedding");
    for (int i = 0; i < stack.layers(); i++) {
      String layer = name + ".layers." + i + ".";
      attention(layer, "self_attn");
      if (attendsToPrompt) {
        attention(layer, "encoder_attn");
      }
      product(layer + "fc1", stack.feedForward(), width);
      product(layer + "fc2", width, stack.feedForward());
      norm(layer + "final_layer_norm");
    }
  }

  private void attention(String layer, String block) {
    for (String part : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
      product(layer + block + "." + part, config.width(), config.width());
    }
    norm(layer + block + "_layer_norm");
  }

  private void norm(String name) {
    List<Long> shape = List.of((long) config.width());
    specs.add(spec(prefix + name + ".weight", name + ".weight", shape, Kind.NORM));
    specs.add(spec(prefix + name + ".bias", name + ".bias", shape, Kind.BIAS));
  }

  private void product(String name, long out, long in) {
    specs.add(spec(prefix + name + ".weight", name + ".weight", List.of(out, in), Kind.PRODUCT));
    specs.add(spec(prefix + name + ".bias", name + ".bias", List.of(out), Kind.BIAS));
  }

  private WeightSpec spec(String stored, String name, List<Long> shape, Kind kind) {
    boolean drawn = kind == Kind.TABLE || kind == Kind.PRODUCT;
    return WeightSpec.of(stored, name, shape, kind, drawn ? config.deviation() : 0);
  }

  /**
   * The products that share an input, in the order in which the program numbers its groups.
   *
   * @param head name of the head's matrix
   */
  static List<ProductGroup> groups(BartConfig config, String head) {
    List<ProductGroup> groups = new ArrayList<>();
    for (int i = 0; i < config.encoder().layers(); i++) {
      String layer = "encoder.layers." + i + ".";
      groups.add(inputs(layer + "self_attn.", "q", "k", "v"));
      groups.add(output(layer + "self_attn."));
      groups.add(ProductGroup.of(layer + "fc1.weight"));
      groups.add(outer(config, layer));
    }
    for (int i = 0; i < config.decoder().layers(); i++) {
      String layer = "decoder.layers." + i + ".";
      groups.add(inputs(layer + "self_attn.", "q", "k", "v"));
      groups.add(output(layer + "self_attn."));
      groups.add(inputs(layer + "encoder_attn.", "q"));
      groups.add(output(layer + "encoder_attn."));
      groups.add(ProductGroup.of(layer + "fc1.weight"));
      groups.add(outer(config, layer));
    }
    for (int i = 0; i < config.decoder().layers(); i++) {
      groups.add(inputs("decoder.layers." + i + ".encoder_attn.", "k", "v"));
    }
    groups.add(ProductGroup.of(head));
    return groups;
  }

  private static ProductGroup inputs(String block, String... names) {
    return ProductGroup.of(
        Stream.of(names).map(name -> block + name + "_proj.weight").toArray(String[]::new));
  }

  private static ProductGroup output(String block) {
    return ProductGroup.of(block + "out_proj.weight")
        .reading(InputChannels.of(block + "v_proj.weight"));
  }

  private static ProductGroup outer(BartConfig config, String layer) {
    return ProductGroup.of(layer + "fc2.weight").reading(config.activation(), layer + "fc1.weight");
  }

  /** The norm behind each group of a layer; "" where there is none. */
  static List<String> blockNorms(BartConfig config) {
    List<String> norms = new ArrayList<>();
    for (int i = 0; i < config.encoder().layers(); i++) {
      String layer = "encoder.layers." + i + ".";
      norms.addAll(List.of("", layer + "self_attn_layer_norm"));
      norms.addAll(List.of("", layer + "final_layer_norm"));
    }
    for (int i = 0; i < config.decoder().layers(); i++) {
      String layer = "decoder.layers." + i + ".";
      norms.addAll(List.of("", layer + "self_attn_layer_norm"));
      norms.addAll(List.of("", layer + "encoder_attn_layer_norm"));
      norms.addAll(List.of("", layer + "final_layer_norm"));
    }
    return norms;
  }
}
