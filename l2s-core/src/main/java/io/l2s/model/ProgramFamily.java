package io.l2s.model;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A family whose models are programs with a table of weights: the part that encoder-decoders and
 * decoder-only models share.
 */
abstract class ProgramFamily implements ModelFamily {

  /** Loads a checkpoint, to be used as LLM or as SLM. */
  abstract ProgramModel load(Loading from);

  /** The program that runs {@code checkpoint} with {@code weights}. */
  abstract ModelProgram program(Checkpoint checkpoint, List<WeightSpec> weights);

  /**
   * The program of a fresh model.
   *
   * @param eos ids that end an answer
   */
  abstract ModelProgram program(ConfigFile config, List<Integer> eos);

  /** The tensors of {@code checkpoint} once its products are stored in 8-bit integers. */
  protected abstract List<WeightSpec> roundedWeights(Checkpoint checkpoint);

  /** The program's names of the norms that features pass as well, which int8 stores as they are. */
  abstract Set<String> keptNorms();

  /** The model's layers: in one stack, or the encoder's and the decoder's. */
  protected abstract List<LayerStack> stacks(ConfigFile config);

  /**
   * The id whose embedding is zero in a fresh model, as that of padding is in most families of
   * transformers; empty where there is none.
   */
  protected OptionalInt emptyRow(ConfigFile config) {
    return OptionalInt.empty();
  }

  /** Checks the ids that end, begin or are forced into answers. */
  void requireIds(Checkpoint checkpoint) {
    ConfigFile config = checkpoint.config();
    checkpoint.requireIds(shape(config).vocabularySize(), tokenDefaults(config));
  }

  @Override
  public final void check(Checkpoint checkpoint) {
    requireIds(checkpoint);
    new WeightTable(weights(checkpoint)).check(checkpoint);
  }

  /** The program that runs {@code checkpoint}. */
  public final ModelProgram stored(Checkpoint checkpoint) {
    requireIds(checkpoint);
    return program(checkpoint, weights(checkpoint));
  }

  @Override
  public final LlmEncoder llm(Loading from, OptionalInt layer) {
    return load(from).asLlm(layer);
  }

  @Override
  public final SlmDecoder slm(Loading from) {
    return load(from).asSlm();
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
    return TrainableProgram.fresh(program(config, eos), shape, seed, on, emptyRow(config));
  }

  @Override
  public final Optional<Shrinker> shrinker() {
    return Optional.of(new LayerShrinker(this::weights, this::stacks));
  }

  @Override
  public final Optional<Quantizer> quantizer() {
    return Optional.of(
        new Int8Quantizer(
            this::stored,
            checkpoint -> program(checkpoint, roundedWeights(checkpoint)),
            keptNorms()));
  }
}
