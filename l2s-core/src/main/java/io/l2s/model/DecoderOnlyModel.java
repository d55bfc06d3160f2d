package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.Program;
import org.jspecify.annotations.Nullable;

/**
 * A loaded decoder-only checkpoint. As LLM the states of a layer are H, and it decodes from the
 * prompts' ids; as SLM the vectors that prefill takes stand in place of its prompt's embeddings.
 */
final class DecoderOnlyModel extends ProgramModel {

  private final int width;
  private final int window;

  private DecoderOnlyModel(
      DecoderOnlyFamily family, Loading from, DecoderOnlyShape sizes, Program program) {
    super(
        from,
        program,
        sizes.surroundings(),
        sizes.stepWeights(),
        ForcedTokens.of(from.checkpoint(), family.tokenDefaults(from.checkpoint().config()))
            .behindPrompt());
    this.width = sizes.width();
    this.window = sizes.window();
  }

  /**
   * Loads a checkpoint; its file stays mapped until the model is closed.
   *
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  static DecoderOnlyModel load(DecoderOnlyFamily family, Loading from) {
    Checkpoint checkpoint = from.checkpoint();
    Program program = family.stored(checkpoint).load(from);
    return new DecoderOnlyModel(family, from, family.sizes(checkpoint.config()), program);
  }

  /**
   * @param precision not AUTO
   */
  static DecoderOnlyModel load(
      DecoderOnlyFamily family, Loading from, Precision precision, MatmulKernel kernel) {
    Checkpoint checkpoint = from.checkpoint();
    Program program =
        ServingProgram.load(
            family.stored(checkpoint),
            from.on().runtime(),
            checkpoint,
            from.on().device(),
            precision,
            kernel);
    return new DecoderOnlyModel(family, from, family.sizes(checkpoint.config()), program);
  }

  /**
   * Scores given ids under teacher forcing.
   *
   * @return logits of what follows each id, {@code [batch, maxLength, vocabulary]}
   */
  NDArray score(NDManager scope, TokenBatch ids) {
    try (NDManager temporary = runtime.newScope()) {
      return program.tensor(
          scope, "score", inputs.ids(temporary, ids), inputs.numbers(temporary, ids.lengths()));
    }
  }

  @Override
  NDArray features(NDManager scope, TokenBatch prompts, int layer) {
    try (NDManager temporary = runtime.newScope()) {
      return program.tensor(
          scope,
          "features",
          inputs.ids(temporary, prompts),
          inputs.numbers(temporary, prompts.lengths()),
          layer);
    }
  }

  @Override
  boolean readsFeatures() {
    return false;
  }

  @Override
  DecoderState prefillOwn(@Nullable NDArray h, TokenBatch prompts, int layer) {
    try (NDManager scope = runtime.newScope()) {
      NDArray vectors = inputs.embeddings(width).embed(scope, prompts);
      return started(vectors, prompts.lengths());
    }
  }

  @Override
  DecoderState prefill(NDArray vectors, int[] lengths) {
    try (NDManager scope = runtime.newScope()) {
      return started(inputs.onDevice(scope, vectors), lengths);
    }
  }

  private DecoderState started(NDArray vectors, int[] lengths) {
    return new CachedState(
        runtime, KeyValueCache.inColumns(runtime, program, vectors, lengths, window));
  }

  @Override
  int[] penaltyPrefix(int[] promptIds) {
    return promptIds.clone();
  }
}
