package io.l2s.model.gpt2;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.InputChannels;
import io.l2s.model.ProductGroup;
import io.l2s.model.StoredInt8;
import io.l2s.model.TiedHead;
import io.l2s.model.WeightSpec;
import io.l2s.model.WeightSpec.Kind;
import io.l2s.model.WeightTable;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of GPT-2 checkpoints. Products but the head are stored as {@code [in, out]}
 * (transformers: {@code Conv1D}); the body's names may begin with {@code transformer.}.
 */
final class Gpt2Weights {

  static final String TOKENS = "wte.weight";
  static final String FINAL_NORM = "ln_f.weight";
  private static final String HEAD_BIAS = "lm_head.bias";
  private static final String PREFIX = "transformer.";

  private final Gpt2Config config;
  private final String prefix;
  private final boolean int8;
  private final List<WeightSpec> specs = new ArrayList<>();

  private Gpt2Weights(Gpt2Config config, String prefix, boolean int8) {
    this.config = config;
    this.prefix = prefix;
    this.int8 = int8;
  }

  /** Those that {@code checkpoint} must hold. */
  static List<WeightSpec> of(Checkpoint checkpoint, Gpt2Config config) {
    String prefix = WeightTable.prefixIn(checkpoint, PREFIX);
    TiedHead head = TiedHead.of(checkpoint, prefix, TOKENS, config.tied());
    return of(config, prefix, head, StoredInt8.isIn(checkpoint.config()));
  }

  /** Those of a model with fresh weights. */
  static List<WeightSpec> of(Gpt2Config config) {
    return of(config, PREFIX, TiedHead.fresh(PREFIX, TOKENS, config.tied()), false);
  }

  /** Those of {@code checkpoint} once its products are stored in 8-bit integers. */
  static List<WeightSpec> rounded(Checkpoint checkpoint, Gpt2Config config) {
    String prefix = WeightTable.prefixIn(checkpoint, PREFIX);
    return of(config, prefix, TiedHead.rounded(prefix, TOKENS), true);
  }

  private static List<WeightSpec> of(
      Gpt2Config config, String prefix, TiedHead head, boolean int8) {
    Gpt2Weights weights = new Gpt2Weights(config, prefix, int8);
    weights.addAll(head);
    return List.copyOf(weights.specs);
  }

  // Deviations as in transformers: GPT2PreTrainedModel._init_weights.
  private void addAll(TiedHead head) {
    long width = config.width();
    List<Long> vocabulary = List.of((long) config.vocabularySize(), width);
    double deviation = config.deviation();
    double output = deviation / Math.sqrt(2.0 * config.layers());
    specs.add(head.table(vocabulary, deviation));
    add("wpe.weight", List.of((long) config.positions(), width), Kind.TABLE, deviation);
    for (int i = 0; i < config.layers(); i++) {
      String layer = "h." + i + ".";
      norm(layer + "ln_1");
      product(layer + "attn.c_attn", width, 3 * width, deviation);
      product(layer + "attn.c_proj", width, width, output);
      norm(layer + "ln_2");
      product(layer + "mlp.c_fc", width, config.feedForward(), deviation);
      product(layer + "mlp.c_proj", config.feedForward(), width, output);
      // Masks that older files hold.
      specs.add(WeightSpec.ignored(prefix + layer + "attn.bias"));
      specs.add(WeightSpec.ignored(prefix + layer + "attn.masked_bias"));
    }
    norm("ln_f");
    // The head stands outside of the body and is stored as [out, in].
    specs.addAll(head.head(vocabulary, deviation));
    if (int8) {
      specs.add(WeightSpec.of(HEAD_BIAS, HEAD_BIAS, vocabulary.subList(0, 1), Kind.BIAS, 0));
    }
  }

  private void norm(String name) {
    add(name + ".weight", List.of((long) config.width()), Kind.NORM, 0);
    add(name + ".bias", List.of((long) config.width()), Kind.BIAS, 0);
  }

  private void product(String name, long in, long out, double deviation) {
    String weight = name + ".weight";
    // Stored 8-bit integers lie as they are multiplied by.
    specs.add(
        int8
            ? WeightSpec.of(prefix + weight, weight, List.of(out, in), Kind.PRODUCT, deviation)
            : WeightSpec.transposed(prefix + weight, weight, List.of(in, out), deviation));
    add(name + ".bias", List.of(out), Kind.BIAS, 0);
  }

  private void add(String name, List<Long> shape, Kind kind, double deviation) {
    specs.add(WeightSpec.of(prefix + name, name, shape, kind, deviation));
  }

  /**
   * The products that share an input, in the order in which the program numbers its groups.
   *
   * @param head name of the head's matrix
   */
  static List<ProductGroup> groups(Gpt2Config config, String head) {
    List<ProductGroup> groups = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      String layer = "h." + i + ".";
      // Queries, keys and values are one matrix.
      groups.add(
          ProductGroup.behind(layer + "ln_1.weight", layer + "attn.c_attn.weight").ofSlices(3));
      groups.add(
          ProductGroup.of(layer + "attn.c_proj.weight")
              .reading(InputChannels.from(layer + "attn.c_attn.weight", 2 * config.width())));
      groups.add(ProductGroup.behind(layer + "ln_2.weight", layer + "mlp.c_fc.weight"));
      groups.add(outer(config, layer));
    }
    groups.add(ProductGroup.behind(FINAL_NORM, head));
    return groups;
  }

  private static ProductGroup outer(Gpt2Config config, String layer) {
    return ProductGroup.of(layer + "mlp.c_proj.weight")
        .reading(config.activation(), layer + "mlp.c_fc.weight");
  }
}
