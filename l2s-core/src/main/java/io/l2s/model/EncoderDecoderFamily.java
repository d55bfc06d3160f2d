package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** A family of encoder-decoders: what its members share, given their weights and program. */
public abstract class EncoderDecoderFamily extends ProgramFamily {

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

  @Override
  public final boolean answersContinuePrompt() {
    return false;
  }

  @Override
  public final ModelShape shape(ConfigFile config) {
    return sizes(config).surroundings();
  }

  @Override
  public final ModelMemory memory(Checkpoint checkpoint, Device device, Precision wanted) {
    EncoderDecoderShape sizes = sizes(checkpoint);
    ServingMemory memory = ServingMemory.of(stored(checkpoint), checkpoint, device, wanted);
    return new ModelMemory(
        memory.weights(),
        memory.loading(),
        Float.BYTES * sizes.cachedPerToken(),
        sizes.limits().ofSequence());
  }

  @Override
  final EncoderDecoderModel load(Loading from) {
    return EncoderDecoderModel.load(this, from);
  }

  @Override
  final ModelProgram program(Checkpoint checkpoint, List<WeightSpec> weights) {
    int start = sizes(checkpoint).startToken();
    return program(checkpoint.config(), start, eosTokenIds(checkpoint), weights);
  }

  @Override
  final ModelProgram program(ConfigFile config, List<Integer> eos) {
    int start = withValidStart(config).startToken();
    return program(config, start, eos, weights(config));
  }

  /** The sizes of {@code checkpoint}, whose generation settings may name the start token. */
  final EncoderDecoderShape sizes(Checkpoint checkpoint) {
    OptionalInt start = checkpoint.decoderStartTokenId();
    return start.isPresent()
        ? sizes(checkpoint.config()).withStartToken(start.getAsInt())
        : withValidStart(checkpoint.config());
  }

  private EncoderDecoderShape withValidStart(ConfigFile config) {
    EncoderDecoderShape sizes = sizes(config);
    config.requireId("decoder_start_token_id", sizes.startToken(), sizes.vocabularySize());
    return sizes;
  }

  @Override
  final void requireIds(Checkpoint checkpoint) {
    sizes(checkpoint); // checks a start token that the config names
    super.requireIds(checkpoint);
  }

  @Override
  final Set<String> keptNorms() {
    return Set.of();
  }
}
