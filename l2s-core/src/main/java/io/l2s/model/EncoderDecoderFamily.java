package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A family of encoder-decoders: what its members share, given their weights and program. */
public abstract class EncoderDecoderFamily implements ModelFamily {

  /** The program file that stands before a family's own. */
  protected static final String SHARED_PROGRAM = "/io/l2s/model/encoder_decoder.py";

  // All eight must be compiled: a helper that an uncompiled method has already called is no longer
  // inlined.
  /** The program's methods that call products. */
  protected static final Set<String> COMPILED =
      Set.of(
          "features",
          "attended",
          "encode",
          "start",
          "decode_one",
          "decode_many",
          "verify",
          "score");

  /** The sizes that {@code config} asks for, with the start token that it names. */
  protected abstract EncoderDecoderShape sizes(ConfigFile config);

  /**
   * The program, weights and products of a model.
   *
   * @param startToken first input of the decoder
   * @param eos ids that end an answer
   */
  protected abstract ModelProgram program(
      ConfigFile config, int startToken, List<Integer> eos, List<WeightSpec> weights);

  /** The tensors of {@code checkpoint} once its products are stored in 8-bit integers. */
  protected abstract List<WeightSpec> roundedWeights(Checkpoint checkpoint);

  /** The encoder's layers and the decoder's. */
  protected abstract List<LayerStack> stacks(ConfigFile config);

  @Override
  public final boolean answersContinuePrompt() {
    return false;
  }

  @Override
  public final ModelShape shape(ConfigFile config) {
    return sizes(config).surroundings();
  }

  @Override
  public void check(Checkpoint checkpoint) {
    requireIds(checkpoint);
    new WeightTable(weights(checkpoint)).check(checkpoint);
  }

  @Override
  public final ModelMemory memory(Checkpoint checkpoint, Device device, Precision wanted) {
    EncoderDecoderShape sizes = sizes(checkpoint);
    return new ModelMemory(
        ServingProgram.bytes(stored(checkpoint), checkpoint, device, wanted),
        Float.BYTES * sizes.cachedPerToken(),
        sizes.limits().ofSequence());
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
  final EncoderDecoderModel load(Loading from) {
    return EncoderDecoderModel.load(this, from);
  }

  /** The program that runs {@code checkpoint}. */
  public final ModelProgram stored(Checkpoint checkpoint) {
    requireIds(checkpoint);
    return program(checkpoint, weights(checkpoint));
  }

  private ModelProgram program(Checkpoint checkpoint, List<WeightSpec> weights) {
    int start = sizes(checkpoint).startToken();
    return program(checkpoint.config(), start, eosTokenIds(checkpoint), weights);
  }

  /** The sizes of {@code checkpoint}, whose generation settings may name the start token. */
  final EncoderDecoderShape sizes(Checkpoint checkpoint) {
    EncoderDecoderShape sizes = sizes(checkpoint.config());
    if (checkpoint.decoderStartTokenId().isPresent()) {
      return sizes.withStartToken(checkpoint.decoderStartTokenId().getAsInt());
    }
    checkpoint
        .config()
        .requireId("decoder_start_token_id", sizes.startToken(), sizes.vocabularySize());
    return sizes;
  }

  private void requireIds(Checkpoint checkpoint) {
    checkpoint.requireIds(sizes(checkpoint).vocabularySize(), tokenDefaults(checkpoint.config()));
  }

  @Override
  public final TrainableSlm resume(Loading from) {
    return TrainableProgram.resume(
        stored(from.checkpoint()), shape(from.checkpoint().config()), from);
  }

  @Override
  public final TrainableSlm fresh(ConfigFile config, long seed, Placement on) {
    EncoderDecoderShape sizes = sizes(config);
    List<Integer> eos = eosTokenIds(config);
    eos.forEach(id -> config.requireId("eos_token_id", id, sizes.vocabularySize()));
    config.requireId("decoder_start_token_id", sizes.startToken(), sizes.vocabularySize());
    return TrainableProgram.fresh(
        program(config, sizes.startToken(), eos, weights(config)),
        sizes.surroundings(),
        seed,
        on,
        emptyRow(config));
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
    return Optional.of(new LayerShrinker(this::weights, this::stacks));
  }

  @Override
  public final Optional<Quantizer> quantizer() {
    return Optional.of(
        new Int8Quantizer(
            this::stored, checkpoint -> program(checkpoint, roundedWeights(checkpoint)), Set.of()));
  }
}
