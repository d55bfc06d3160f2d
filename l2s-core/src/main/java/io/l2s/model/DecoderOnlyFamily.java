package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import java.util.List;
import java.util.Set;

/** A family of decoder-only models: what its members share, given their weights and program. */
public abstract class DecoderOnlyFamily extends ProgramFamily {

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
    ServingMemory memory = ServingMemory.of(stored(checkpoint), checkpoint, device, wanted);
    return new ModelMemory(
        memory.weights(),
        memory.loading(),
        Float.BYTES * sizes.cachedPerToken(),
        Math.min(sizes.contextLength(), CacheColumns.kept(sizes.window())));
  }

  @Override
  final DecoderOnlyModel load(Loading from) {
    return DecoderOnlyModel.load(this, from);
  }

  @Override
  final ModelProgram program(Checkpoint checkpoint, List<WeightSpec> weights) {
    return program(checkpoint.config(), eosTokenIds(checkpoint), weights);
  }

  @Override
  final ModelProgram program(ConfigFile config, List<Integer> eos) {
    return program(config, eos, weights(config));
  }

  @Override
  protected final List<LayerStack> stacks(ConfigFile config) {
    return List.of(stack(config));
  }

  @Override
  final Set<String> keptNorms() {
    return Set.of(finalNorm());
  }
}
