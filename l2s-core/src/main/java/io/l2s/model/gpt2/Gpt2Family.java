package io.l2s.model.gpt2;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TokenDefaults;
import io.l2s.model.DecoderOnlyFamily;
import io.l2s.model.DecoderOnlyShape;
import io.l2s.model.LayerStack;
import io.l2s.model.ModelProgram;
import io.l2s.model.TiedHead;
import io.l2s.model.WeightSpec;
import io.l2s.model.WeightTable;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** GPT-2 (transformers: {@code GPT2LMHeadModel}). */
public final class Gpt2Family extends DecoderOnlyFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt2");
  }

  @Override
  public TokenDefaults tokenDefaults(ConfigFile config) {
    return Gpt2Config.TOKENS;
  }

  @Override
  protected DecoderOnlyShape sizes(ConfigFile config) {
    return Gpt2Config.read(config).shape();
  }

  @Override
  public List<WeightSpec> weights(ConfigFile config) {
    return Gpt2Weights.of(Gpt2Config.read(config));
  }

  @Override
  public List<WeightSpec> weights(Checkpoint checkpoint) {
    return Gpt2Weights.of(checkpoint, Gpt2Config.read(checkpoint.config()));
  }

  @Override
  protected List<WeightSpec> roundedWeights(Checkpoint checkpoint) {
    return Gpt2Weights.rounded(checkpoint, Gpt2Config.read(checkpoint.config()));
  }

  @Override
  protected String finalNorm() {
    return Gpt2Weights.FINAL_NORM;
  }

  @Override
  protected LayerStack stack(ConfigFile config) {
    Gpt2Config sizes = Gpt2Config.read(config);
    LayerStack.Settings counted = LayerStack.counted("n_layer", "num_hidden_layers");
    return new LayerStack(
        "model",
        "h.",
        sizes.layers(),
        sizes.scaledByLayer() ? counted.and((json, kept) -> requireFirst(config, kept)) : counted);
  }

  // A layer's place decides by what its attention is divided.
  private static void requireFirst(ConfigFile config, List<Integer> kept) {
    for (int i = 0; i < kept.size(); i++) {
      if (kept.get(i) != i) {
        throw config.problem(
            "scale_attn_by_inverse_layer_idx",
            "must be false for layers that change their place, but is true; keep the first layers,"
                + " such as "
                + IntStream.range(0, kept.size()).boxed().toList()
                + ", and not "
                + kept);
      }
    }
  }

  @Override
  protected ModelProgram program(ConfigFile file, List<Integer> eos, List<WeightSpec> weights) {
    Gpt2Config config = Gpt2Config.read(file);
    WeightTable table = new WeightTable(weights);
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("layers", config.layers());
    attributes.put("heads", config.heads());
    attributes.put("kv_heads", config.heads());
    attributes.put("head_width", config.headWidth());
    attributes.put("inner", config.feedForward());
    attributes.put("scales", config.scales());
    attributes.put("windows", Collections.nCopies(config.layers(), 0));
    attributes.put("activation", config.activation().programName());
    attributes.put("table", Gpt2Weights.TOKENS);
    attributes.put("context", config.shape().contextLength());
    return new ModelProgram(
        Gpt2Family.class,
        List.of(SHARED_PROGRAM, "gpt2.py"),
        attributes,
        config.norm(),
        COMPILED,
        eos,
        table,
        Gpt2Weights.groups(config, TiedHead.matrixOf(table, Gpt2Weights.TOKENS)),
        program -> {});
  }
}
