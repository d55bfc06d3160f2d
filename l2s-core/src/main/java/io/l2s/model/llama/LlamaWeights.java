package io.l2s.model.llama;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.InputChannels;
import io.l2s.model.ProductGroup;
import io.l2s.model.TiedHead;
import io.l2s.model.WeightSpec;
import io.l2s.model.WeightSpec.Kind;
import io.l2s.model.WeightTable;
import io.l2s.model.llama.LlamaVariant.Biased;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of checkpoints of the Llama kind. The body's names may begin with {@code model.};
 * checkpoints of the body alone have no head.
 */
final class LlamaWeights {

  static final String TOKENS = "embed_tokens.weight";
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
    String prefix = WeightTable.prefixIn(checkpoint, PREFIX);
    return of(config, prefix, TiedHead.of(checkpoint, prefix, TOKENS, config.tied()));
  }

  /** Those of a model with fresh weights. */
  static List<WeightSpec> of(LlamaConfig config) {
    return of(config, PREFIX, TiedHead.fresh(PREFIX, TOKENS, config.tied()));
  }

  /** Those of {@code checkpoint} once its products are stored in 8-bit integers. */
  static List<WeightSpec> rounded(Checkpoint checkpoint, LlamaConfig config) {
    String prefix = WeightTable.prefixIn(checkpoint, PREFIX);
    return of(config, prefix, TiedHead.rounded(prefix, TOKENS));
  }

  private static List<WeightSpec> of(LlamaConfig config, String prefix, TiedHead head) {
    LlamaWeights weights = new LlamaWeights(config, prefix);
    weights.addAll(head);
    return List.copyOf(weights.specs);
  }

  // Deviations as in transformers: PreTrainedModel._init_weights.
  private void addAll(TiedHead head) {
    long width = config.width();
    List<Long> vocabulary = List.of((long) config.vocabularySize(), width);
    long queries = (long) config.heads() * config.headWidth();
    long keys = (long) config.keyValueHeads() * config.headWidth();
    specs.add(head.table(vocabulary, config.deviation()));
    for (int i = 0; i < config.layers(); i++) {
      String layer = "layers." + i + ".";
      norm(layer + "input_layernorm.weight", width);
      String attention = layer + "self_attn.";
      product(attention + "q_proj", queries, width, Biased.ATTENTION_INPUTS);
      product(attention + "k_proj", keys, width, Biased.ATTENTION_INPUTS);
      product(attention + "v_proj", keys, width, Biased.ATTENTION_INPUTS);
      product(attention + "o_proj", width, queries, Biased.ATTENTION_OUTPUT);
      if (config.queryKeyNorms()) {
        norm(attention + "q_norm.weight", config.headWidth());
        norm(attention + "k_norm.weight", config.headWidth());
      }
      norm(layer + "post_attention_layernorm.weight", width);
      long inner = config.feedForward();
      product(layer + "mlp.gate_proj", inner, width, Biased.FEED_FORWARD);
      product(layer + "mlp.up_proj", inner, width, Biased.FEED_FORWARD);
      product(layer + "mlp.down_proj", width, inner, Biased.FEED_FORWARD);
      // Tables of rotary positions that older files hold.
      specs.add(WeightSpec.ignored(prefix + attention + "rotary_emb.inv_freq"));
    }
    norm(FINAL_NORM, width);
    specs.add(WeightSpec.ignored(prefix + "rotary_emb.inv_freq"));
    specs.addAll(head.head(vocabulary, config.deviation()));
  }

  private void norm(String name, long width) {
    add(name, List.of(width), Kind.NORM, 0);
  }

  private void product(String name, long out, long in, Biased biased) {
    add(name + ".weight", List.of(out, in), Kind.PRODUCT, config.deviation());
    if (config.biases().contains(biased)) {
      add(name + ".bias", List.of(out), Kind.BIAS, 0);
    }
  }

  private void add(String name, List<Long> shape, Kind kind, double deviation) {
    specs.add(WeightSpec.of(prefix + name, name, shape, kind, deviation));
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
