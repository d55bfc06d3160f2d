package io.l2s.model.t5;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TokenDefaults;
import io.l2s.model.EncoderDecoderFamily;
import io.l2s.model.EncoderDecoderShape;
import io.l2s.model.LayerStack;
import io.l2s.model.ModelProgram;
import io.l2s.model.TokenTables;
import io.l2s.model.WeightSpec;
import io.l2s.model.WeightTable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * T5 of both generations and mT5 (transformers: {@code T5ForConditionalGeneration}, {@code
 * MT5ForConditionalGeneration}).
 */
public final class T5Family extends EncoderDecoderFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("t5", "mt5");
  }

  @Override
  public TokenDefaults tokenDefaults(ConfigFile config) {
    return T5Config.TOKENS;
  }

  @Override
  protected EncoderDecoderShape sizes(ConfigFile config) {
    return T5Config.read(config).shape();
  }

  @Override
  public List<WeightSpec> weights(ConfigFile config) {
    return T5Weights.of(T5Config.read(config));
  }

  @Override
  public List<WeightSpec> weights(Checkpoint checkpoint) {
    return T5Weights.of(checkpoint, T5Config.read(checkpoint.config()));
  }

  @Override
  protected List<WeightSpec> roundedWeights(Checkpoint checkpoint) {
    return T5Weights.rounded(checkpoint, T5Config.read(checkpoint.config()));
  }

  @Override
  protected ModelProgram program(
      ConfigFile file, int startToken, List<Integer> eos, List<WeightSpec> weights) {
    T5Config config = T5Config.read(file);
    WeightTable table = new WeightTable(weights);
    return new ModelProgram(
        T5Family.class,
        List.of(SHARED_PROGRAM, "t5.py"),
        Map.ofEntries(
            Map.entry("encoder_heads", config.heads()),
            Map.entry("decoder_heads", config.heads()),
            Map.entry("encoder_scale", 1.0),
            Map.entry("decoder_scale", 1.0),
            Map.entry("encoder_layers", config.encoderLayers()),
            Map.entry("decoder_layers", config.decoderLayers()),
            Map.entry("gated", config.gated()),
            Map.entry("activation", config.activation().programName()),
            Map.entry("output_scale", config.outputScale()),
            Map.entry("buckets", config.buckets()),
            Map.entry("max_distance", config.maxDistance()),
            Map.entry("prompt_table", TokenTables.matrixFor(table, TokenTables.PROMPT_TOKENS)),
            Map.entry("answer_table", TokenTables.matrixFor(table, TokenTables.ANSWER_TOKENS)),
            Map.entry("start_token", startToken),
            Map.entry("last_position", Integer.MAX_VALUE)),
        config.norm(),
        COMPILED,
        eos,
        table,
        T5Weights.groups(config, TokenTables.matrixFor(table, TokenTables.HEAD)),
        program -> {});
  }

  @Override
  protected List<LayerStack> stacks(ConfigFile file) {
    T5Config config = T5Config.read(file);
    return List.of(
        new LayerStack(
            "encoder",
            "encoder.block.",
            config.encoderLayers(),
            LayerStack.counted("num_layers", "num_hidden_layers")),
        new LayerStack(
            "decoder",
            "decoder.block.",
            config.decoderLayers(),
            LayerStack.counted("num_decoder_layers")));
  }
}
