package io.l2s.model.llama;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.InputChannels;
import io.l2s.model.ProductGroup;
import io.l2s.model.StoredInt8;
import io.l2s.model.TiedHead;
import io.l2s.model.WeightSpec;
import io.l2s.model.WeightSpec.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of checkpoints of the Llama kind. The body's names may begin with {@code model.};
 * checkpoints of the body alone have no head.
 */
final class LlamaWeights {

  static final String TOKENS = "embed_tokens.weight";
  static final String HEAD = "lm_head.weight";
  static final String FINAL_NORM = "norm.weight";
  private static final String PREFIX = "model.";

  private final LlamaConfig config;
  private final String prefix;
  private final List<WeightSpec> specs = new ArrayList<>();

  private LlamaWeights(LlamaConfig config, String prefix) {
    this.config = config;
    this.prefix = prefix;
  }

  /** Those that {@code checkpoint} must hold. */
  static List<WeightSpec> of(Checkpoint checkpoint, LlamaConfig config) {
    String prefix = prefixOf(checkpoint);
    String table = TiedHead.tableOf(checkpoint, HEAD, prefix + TOKENS, config.tied());
    boolean own =
        StoredInt8.isIn(checkpoint.config())
            || TiedHead.isOwn(checkpoint, HEAD, table, config.tied());
    return of(config, prefix, table, own);
  }

  /** Those of a model with fresh weights. */
  static List<WeightSpec> of(LlamaConfig config) {
    return of(config, PREFIX, PREFIX + TOKENS, !config.tied());
  }

  /** Those of {@code checkpoint} once its products are stored in 8-bit integers. */
  static List<WeightSpec> rounded(Checkpoint checkpoint, LlamaConfig config) {
    String prefix = prefixOf(checkpoint);
    return of(config, prefix, prefix + TOKENS, true);
  }

  private static String prefixOf(Checkpoint checkpoint) {
    boolean prefixed =
        checkpoint.tensors().keySet().stream().anyMatch(name -> name.startsWith(PREFIX));
    return prefixed ? PREFIX : "";
  }

  private static List<WeightSpec> of(
      LlamaConfig config, String prefix, String table, boolean ownHead) {
    LlamaWeights weights = new LlamaWeights(config, prefix);
    weights.addAll(table, ownHead);
    return List.copyOf(weights.specs);
  }

  // Deviations as in transformers: PreTrainedModel._init_weights.
  private void addAll(String table, boolean ownHead) {
    long width = config.width();
    long vocabulary = config.vocabularySize();
    long queries = (long) config.heads() * config.headWidth();
    long keys = (long) config.keyValueHeads() * config.headWidth();
    specs.add(
        new WeightSpec(
            table, TOKENS, List.of(vocabulary, width), Kind.TABLE, config.deviation(), false));
    for (int i = 0; i < config.layers(); i++) {
      String layer = "layers." + i + ".";
      norm(layer + "input_layernorm.weight", width);
      String attention = layer + "self_attn.";
      product(attention + "q_proj", queries, width, config.inputBiases());
      product(attention + "k_proj", keys, width, config.inputBiases());
      product(attention + "v_proj", keys, width, config.inputBiases());
      product(attention + "o_proj", width, queries, config.outputBias());
      if (config.queryKeyNorms()) {
        norm(attention + "q_norm.weight", config.headWidth());
        norm(attention + "k_norm.weight", config.headWidth());
      }
      norm(layer + "post_attention_layernorm.weight", width);
      long inner = config.feedForward();
      product(layer + "mlp.gate_proj", inner, width, config.feedForwardBiases());
      product(layer + "mlp.up_proj", inner, width, config.feedForwardBiases());
      product(layer + "mlp.down_proj", width, inner, config.feedForwardBiases());
      // Tables of rotary positions that older files hold.
      specs.add(WeightSpec.ignored(prefix + attention + "rotary_emb.inv_freq"));
    }
    norm(FINAL_NORM, width);
    specs.add(WeightSpec.ignored(prefix + "rotary_emb.inv_freq"));
    if (ownHead) {
      specs.add(
          new WeightSpec(
              HEAD, HEAD, List.of(vocabulary, width), Kind.PRODUCT, config.deviation(), false));
    } else if (!table.equals(HEAD)) {
      specs.add(WeightSpec.ignored(HEAD));
    }
  }

  private void norm(String name, long width) {
    add(name, List.of(width), Kind.NORM, 0);
  }

  private void product(String name, long out, long in, boolean bias) {
    add(name + ".weight", List.of(out, in), Kind.PRODUCT, config.deviation());
    if (bias) {
      add(name + ".bias", List.of(out), Kind.BIAS, 0);
    }
  }

  private void add(String name, List<Long> shape, Kind kind, double deviation) {
    specs.add(new WeightSpec(prefix + name, name, shape, kind, deviation, false));
  }

  /** The norms of each layer's queries and keys, layer by layer; empty where there are none. */
  static List<String> queryKeyNorms(LlamaConfig config) {
    List<String> names = new ArrayList<>();
    for (int i = 0; config.queryKeyNorms() && i < config.layers(); i++) {
      names.add("layers." + i + ".self_attn.q_norm.weight");
      names.add("layers." + i + ".self_attn.k_norm.weight");
    }
    return names;
  }

  /**
   * The products that share an input, in the order in which the program numbers its groups.
   *
   * @param head name of the head's matrix
   */
  static List<ProductGroup> groups(LlamaConfig config, String head) {
    List<ProductGroup> groups = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      String layer = "layers." + i + ".";
      String attention = layer + "self_attn.";
      groups.add(
          ProductGroup.behind(
              layer + "input_layernorm.weight",
              attention + "q_proj.weight",
              attention + "k_proj.weight",
              attention + "v_proj.weight"));
      groups.add(
          ProductGroup.of(attention + "o_proj.weight")
              .reading(
                  InputChannels.heads(
                      attention + "v_proj.weight",
                      config.headWidth(),
                      config.heads() / config.keyValueHeads())));
      groups.add(
          ProductGroup.behind(
              layer + "post_attention_layernorm.weight",
              layer + "mlp.gate_proj.weight",
              layer + "mlp.up_proj.weight"));
      groups.add(
          ProductGroup.of(layer + "mlp.down_proj.weight")
              .reading(
                  InputChannels.gated(
                      layer + "mlp.up_proj.weight", layer + "mlp.gate_proj.weight")));
    }
    groups.add(ProductGroup.behind(FINAL_NORM, head));
    return groups;
  }
}
