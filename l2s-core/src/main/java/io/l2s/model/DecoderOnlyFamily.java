package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A family of decoder-only models: what its members share, given their weights and program. */
public abstract class DecoderOnlyFamily implements ModelFamily {

  /** The program file that stands before a family's own. */
  protected static final String SHARED_PROGRAM = "/io/l2s/model/decoder_only.py";

  /** The program's methods that call products. */
  protected static final Set<String> COMPILED =
      Set.of("features", "start", "decode_one", "decode_many", "verify", "score");

  /** The sizes that {@code config} asks for. */
  protected abstract DecoderOnlyShape sizes(ConfigFile config);

  /**
   * The program, weights and products of a model.
   *
   * @param eos ids that end an answer
   */
  protected abstract ModelProgram program(
      ConfigFile config, List<Integer> eos, List<WeightSpec> weights);

  /** The tensors of {@code checkpoint} once its products are stored in 8-bit integers. */
  protected abstract List<WeightSpec> roundedWeights(Checkpoint checkpoint);

  /** The program's name of the norm behind the last layer, which prompt features pass. */
  protected abstract String finalNorm();

  /** The model's layers. */
  protected abstract LayerStack stack(ConfigFile config);

  @Override
  public final boolean answersContinuePrompt() {
    return true;
  }

  @Override
  public final ModelShape shape(ConfigFile config) {
    return sizes(config).surroundings();
  }

  @Override
  public final ModelMemory memory(Checkpoint checkpoint, Device device, Precision wanted) {
    DecoderOnlyShape sizes = sizes(checkpoint.config());
    return new ModelMemory(
        ServingProgram.bytes(stored(checkpoint), checkpoint, device, wanted),
        Float.BYTES * sizes.cachedPerToken(),
        Math.min(sizes.contextLength(), CacheColumns.kept(sizes.window())));
  }

  @Override
  public final LlmEncoder llm(Loading from, OptionalInt layer) {
    return load(from).asLlm(layer);
  }

  @Override
  public final SlmDecoder slm(Loading from) {
    return load(from).asSlm();
  }

  /** Loads a checkpoint, to be used as LLM or as SLM. */
  final DecoderOnlyModel load(Loading from) {
    return DecoderOnlyModel.load(this, from);
  }

  /** The program that runs {@code checkpoint}. */
  public final ModelProgram stored(Checkpoint checkpoint) {
    requireIds(checkpoint);
    return program(checkpoint.config(), eosTokenIds(checkpoint), weights(checkpoint));
  }

  @Override
  public final void check(Checkpoint checkpoint) {
    requireIds(checkpoint);
    new WeightTable(weights(checkpoint)).check(checkpoint);
  }

  private void requireIds(Checkpoint checkpoint) {
    checkpoint.requireIds(
        sizes(checkpoint.config()).vocabularySize(), tokenDefaults(checkpoint.config()));
  }

  @Override
  public final TrainableSlm resume(Loading from) {
    return TrainableProgram.resume(
        stored(from.checkpoint()), shape(from.checkpoint().config()), from);
  }

  @Override
  public final TrainableSlm fresh(ConfigFile config, long seed, Placement on) {
    ModelShape shape = shape(config);
    List<Integer> eos = eosTokenIds(config);
    eos.forEach(id -> config.requireId("eos_token_id", id, shape.vocabularySize()));
    return TrainableProgram.fresh(
        program(config, eos, weights(config)), shape, seed, on, emptyRow(config));
  }

  /**
   * The id whose embedding is zero in a fresh model, as that of padding is in most families of
   * transformers; empty where there is none.
   */
  protected OptionalInt emptyRow(ConfigFile config) {
    return OptionalInt.empty();
  }

  @Override
  public final Optional<Shrinker> shrinker() {
    return Optional.of(new LayerShrinker(this::weights, config -> List.of(stack(config))));
  }

  @Override
  public final Optional<Quantizer> quantizer() {
    return Optional.of(
        new Int8Quantizer(
            this::stored,
            checkpoint ->
                program(checkpoint.config(), eosTokenIds(checkpoint), roundedWeights(checkpoint)),
            Set.of(finalNorm())));
  }
}
