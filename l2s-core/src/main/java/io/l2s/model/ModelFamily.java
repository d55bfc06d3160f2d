package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TokenDefaults;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A kind of model: one program, one table of weights and one record of its config. Stateless and
 * thread-safe; what it loads runs on the native thread.
 *
 * <p>Every method that takes a config or a checkpoint throws {@link io.l2s.ModelLoadException} with
 * every problem found.
 */
public interface ModelFamily {

  /** The {@code model_type} values of its checkpoints. */
  Set<String> modelTypes();

  /** Whether answers stand in one sequence with their prompt, as in decoder-only models. */
  boolean answersContinuePrompt();

  /** Ids that hold where a checkpoint's files name none. */
  TokenDefaults tokenDefaults(ConfigFile config);

  /** Ids that end the answers of a fresh model of this config. */
  default List<Integer> eosTokenIds(ConfigFile config) {
    return config.eosTokenIds(tokenDefaults(config));
  }

  /** Ids that end the answers of {@code checkpoint}. */
  default List<Integer> eosTokenIds(Checkpoint checkpoint) {
    return checkpoint.eosTokenIds(tokenDefaults(checkpoint.config()));
  }

  /** The sizes that {@code config} asks for. */
  ModelShape shape(ConfigFile config);

  /** The tensors of a fresh model of this config. */
  List<WeightSpec> weights(ConfigFile config);

  /** The tensors that {@code checkpoint} must hold, in the form in which it stores them. */
  List<WeightSpec> weights(Checkpoint checkpoint);

  /** Compares a checkpoint's config and tensors with what the family needs; no native engine. */
  default void check(Checkpoint checkpoint) {
    new WeightTable(weights(checkpoint)).check(checkpoint);
  }

  /**
   * The memory that {@code checkpoint} takes on {@code device}; no native engine, no weight is
   * read.
   *
   * @param wanted its number format, AUTO among them
   */
  ModelMemory memory(Checkpoint checkpoint, Device device, Precision wanted);

  /**
   * The checkpoint as LLM.
   *
   * @param layer the layer after which features are taken, 0 for the embeddings (transformers:
   *     {@code hidden_states[layer]}); empty: the last, after its norm
   */
  LlmEncoder llm(Loading from, OptionalInt layer);

  /** The checkpoint as SLM. */
  SlmDecoder slm(Loading from);

  /** The checkpoint's weights to be trained on. */
  TrainableSlm resume(Loading from);

  /** Fresh weights to be trained, drawn as transformers draws them. */
  TrainableSlm fresh(ConfigFile config, long seed, Placement on);

  /** Stores checkpoints in 8-bit integers; empty where that is not offered. */
  default Optional<Quantizer> quantizer() {
    return Optional.empty();
  }

  /** Makes shallow models of deep ones; empty where that is not offered. */
  default Optional<Shrinker> shrinker() {
    return Optional.empty();
  }
}
