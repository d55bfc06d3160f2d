package io.l2s.model.bart;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** BART (transformers: {@code BartForConditionalGeneration}). */
public final class BartFamily extends EncoderDecoderFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("bart");
  }

  @Override
  public TokenDefaults tokenDefaults(ConfigFile config) {
    return BartConfig.TOKENS;
  }

  @Override
  protected EncoderDecoderShape sizes(ConfigFile config) {
    return BartConfig.read(config).shape();
  }

  @Override
  public List<WeightSpec> weights(ConfigFile config) {
    return BartWeights.of(BartConfig.read(config));
  }

  @Override
  public List<WeightSpec> weights(Checkpoint checkpoint) {
    return BartWeights.of(checkpoint, BartConfig.read(checkpoint.config()));
  }

  @Override
  protected List<WeightSpec> roundedWeights(Checkpoint checkpoint) {
    return BartWeights.rounded(checkpoint, BartConfig.read(checkpoint.config()));
  }

  @Override
  protected List<LayerStack> stacks(ConfigFile file) {
    BartConfig config = BartConfig.read(file);
    return List.of(
        new LayerStack(
            "encoder",
            "encoder.layers.",
            config.encoder().layers(),
            LayerStack.counted("encoder_layers", "num_hidden_layers")),
        new LayerStack(
            "decoder",
            "decoder.layers.",
            config.decoder().layers(),
            LayerStack.counted("decoder_layers")));
  }

  @Override
  protected OptionalInt emptyRow(ConfigFile config) {
    boolean none = config.named("pad_token_id") && !config.has("pad_token_id");
    return none
        ? OptionalInt.empty()
        : OptionalInt.of(config.intOr("pad_token_id", 1, 0, Integer.MAX_VALUE));
  }

  @Override
  protected ModelProgram program(
      ConfigFile file, int startToken, List<Integer> eos, List<WeightSpec> weights) {
    BartConfig config = BartConfig.read(file);
    WeightTable table = new WeightTable(weights);
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("encoder_layers", config.encoder().layers());
    attributes.put("decoder_layers", config.decoder().layers());
    attributes.put("encoder_heads", config.encoder().heads());
    attributes.put("decoder_heads", config.decoder().heads());
    attributes.put("encoder_scale", config.attentionScale(config.encoder()));
    attributes.put("decoder_scale", config.attentionScale(config.decoder()));
    attributes.put("start_token", startToken);
    attributes.put("last_position", config.positions() - 1);
    attributes.put("activation", config.activation().programName());
    attributes.put("embed_scale", config.embedScale());
    attributes.put("prompt_table", TokenTables.matrixFor(table, TokenTables.PROMPT_TOKENS));
    attributes.put("answer_table", TokenTables.matrixFor(table, TokenTables.ANSWER_TOKENS));
    attributes.put("block_norms", List.of());
    return new ModelProgram(
        BartFamily.class,
        List.of(SHARED_PROGRAM, "bart.py"),
        attributes,
        BartConfig.NORM,
        COMPILED,
        eos,
        table,
        BartWeights.groups(config, TokenTables.matrixFor(table, TokenTables.HEAD)),
        program -> program.run("set_block_norms", BartWeights.blockNorms(config)));
  }
}
