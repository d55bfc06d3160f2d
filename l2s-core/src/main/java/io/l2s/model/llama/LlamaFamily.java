package io.l2s.model.llama;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TokenDefaults;
import io.l2s.engine.Program;
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
import java.util.OptionalInt;
import java.util.Set;

/**
 * Models of the Llama kind (transformers: {@code LlamaForCausalLM}, {@code Qwen2ForCausalLM},
 * {@code Qwen3ForCausalLM}, {@code MistralForCausalLM}).
 */
public final class LlamaFamily extends DecoderOnlyFamily {

  @Override
  public Set<String> modelTypes() {
    return LlamaVariant.modelTypes();
  }

  @Override
  public TokenDefaults tokenDefaults(ConfigFile config) {
    return LlamaVariant.of(config).tokens();
  }

  @Override
  protected DecoderOnlyShape sizes(ConfigFile config) {
    return LlamaConfig.read(config).shape();
  }

  @Override
  public List<WeightSpec> weights(ConfigFile config) {
    return LlamaWeights.of(LlamaConfig.read(config));
  }

  @Override
  public List<WeightSpec> weights(Checkpoint checkpoint) {
    return LlamaWeights.of(checkpoint, LlamaConfig.read(checkpoint.config()));
  }

  @Override
  protected List<WeightSpec> roundedWeights(Checkpoint checkpoint) {
    return LlamaWeights.rounded(checkpoint, LlamaConfig.read(checkpoint.config()));
  }

  @Override
  protected String finalNorm() {
    return LlamaWeights.FINAL_NORM;
  }

  @Override
  protected LayerStack stack(ConfigFile file) {
    LlamaConfig config = LlamaConfig.read(file);
    return new LayerStack(
        "model",
        "layers.",
        config.layers(),
        LayerStack.counted("num_hidden_layers").and(config.windows()::keepLayerTypes));
  }

  @Override
  protected OptionalInt emptyRow(ConfigFile config) {
    return config.ints("pad_token_id", -1, Integer.MAX_VALUE).stream()
        .mapToInt(id -> id)
        .filter(id -> id >= 0)
        .findFirst();
  }

  @Override
  protected ModelProgram program(ConfigFile file, List<Integer> eos, List<WeightSpec> weights) {
    LlamaConfig config = LlamaConfig.read(file);
    WeightTable table = new WeightTable(weights);
    Rope rope = config.rope();
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("layers", config.layers());
    attributes.put("heads", config.heads());
    attributes.put("kv_heads", config.keyValueHeads());
    attributes.put("head_width", config.headWidth());
    attributes.put("inner", config.feedForward());
    double scale = Math.pow(config.headWidth(), -0.5);
    attributes.put("scales", Collections.nCopies(config.layers(), scale));
    attributes.put("windows", config.windows().ofLayers());
    attributes.put("activation", config.activation().programName());
    attributes.put("table", LlamaWeights.TOKENS);
    attributes.put("context", config.contextLength());
    attributes.put("qk_norms", List.of());
    attributes.put("frequencies", List.of());
    attributes.put("rope_type", rope.type().programName());
    attributes.put("rope_theta", rope.theta());
    attributes.put("rope_factor", rope.factor());
    attributes.put("rope_positions", rope.positions());
    attributes.put("rope_scale", rope.scale());
    return new ModelProgram(
        LlamaFamily.class,
        List.of(SHARED_PROGRAM, "llama.py"),
        attributes,
        config.norm(),
        COMPILED,
        eos,
        table,
        LlamaWeights.groups(config, TiedHead.matrixOf(table, LlamaWeights.TOKENS)),
        program -> prepare(program, config));
  }

  private static void prepare(Program program, LlamaConfig config) {
    Rope rope = config.rope();
    program.run("prepare_rotation", rope.low(), rope.high(), rope.original(), LlamaWeights.TOKENS);
    List<String> norms = LlamaWeights.queryKeyNorms(config);
    if (!norms.isEmpty()) {
      program.run("set_qk_norms", norms);
    }
  }
}
