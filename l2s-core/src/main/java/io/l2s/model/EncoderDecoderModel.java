package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.Program;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A loaded encoder-decoder checkpoint. As LLM its encoder makes H and its own decoder attends to H;
 * as SLM its encoder reads the input embeddings first.
 */
final class EncoderDecoderModel extends ProgramModel {

  private final int startToken;

  private EncoderDecoderModel(
      EncoderDecoderFamily family, Loading from, EncoderDecoderShape sizes, Program program) {
    super(
        from,
        program,
        sizes.surroundings(),
        sizes.stepWeights(),
        ForcedTokens.of(from.checkpoint(), family.tokenDefaults(from.checkpoint().config())));
    this.startToken = sizes.startToken();
  }

  /**
   * Loads a checkpoint; its file stays mapped until the model is closed.
   *
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  static EncoderDecoderModel load(EncoderDecoderFamily family, Loading from) {
    Checkpoint checkpoint = from.checkpoint();
    Program program = family.stored(checkpoint).load(from);
    return new EncoderDecoderModel(family, from, family.sizes(checkpoint), program);
  }

  /**
   * @param precision not AUTO
   */
  static EncoderDecoderModel load(
      EncoderDecoderFamily family, Loading from, Precision precision, MatmulKernel kernel) {
    Checkpoint checkpoint = from.checkpoint();
    Program program =
        ServingProgram.load(
            family.stored(checkpoint),
            from.on().runtime(),
            checkpoint,
            from.on().device(),
            precision,
            kernel);
    return new EncoderDecoderModel(family, from, family.sizes(checkpoint), program);
  }

  /**
   * Scores given decoder inputs under teacher forcing, for one prompt without padding.
   *
   * @param h prompt features, {@code [batch, length, width]}
   * @param answers decoder input ids
   * @return logits {@code [batch, answers, vocabulary]}
   */
  NDArray score(NDManager scope, NDArray h, TokenBatch answers) {
    int[] lengths = new int[answers.size()];
    Arrays.fill(lengths, Math.toIntExact(h.getShape().get(1)));
    try (NDManager temporary = runtime.newScope()) {
      NDArray mask = inputs.mask(temporary, lengths, h.getShape().get(1));
      return program.tensor(scope, "score", h, mask, inputs.ids(temporary, answers));
    }
  }

  @Override
  NDArray features(NDManager scope, TokenBatch prompts, int layer) {
    try (NDManager temporary = runtime.newScope()) {
      NDArray mask = inputs.mask(temporary, prompts.lengths(), prompts.maxLength());
      return program.tensor(scope, "features", inputs.ids(temporary, prompts), mask, layer);
    }
  }

  @Override
  boolean readsFeatures() {
    return true;
  }

  @Override
  DecoderState prefillOwn(@Nullable NDArray h, TokenBatch prompts, int layer) {
    try (NDManager scope = runtime.newScope()) {
      NDArray features = inputs.onDevice(scope, Objects.requireNonNull(h, "h"));
      int[] lengths = prompts.lengths();
      NDArray mask = inputs.mask(scope, lengths, features.getShape().get(1));
      NDArray attended = program.tensor(scope, "attended", features, mask, layer);
      return started(attended, mask, lengths);
    }
  }

  @Override
  DecoderState prefill(NDArray vectors, int[] lengths) {
    try (NDManager scope = runtime.newScope()) {
      NDArray mask = inputs.mask(scope, lengths, vectors.getShape().get(1));
      NDArray h = program.tensor(scope, "encode", inputs.onDevice(scope, vectors), mask);
      return started(h, mask, lengths);
    }
  }

  private DecoderState started(NDArray attended, NDArray mask, int[] lengths) {
    return new CachedState(
        runtime,
        KeyValueCache.besideColumns(runtime, program, attended, mask, lengths, startToken));
  }

  @Override
  int[] penaltyPrefix(int[] promptIds) {
    return new int[] {startToken};
  }
}
