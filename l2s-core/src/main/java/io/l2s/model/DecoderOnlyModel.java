package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A loaded decoder-only checkpoint, usable as LLM or SLM.
 *
 * <p>Loading and closing may be done on any thread; what {@link #asLlm} and {@link #asSlm} return
 * runs on the native thread only.
 */
final class DecoderOnlyModel implements AutoCloseable {

  private final NativeRuntime runtime;
  private final Path config;
  private final DecoderOnlyShape shape;
  private final Program program;
  private final ForcedTokens forced;

  private DecoderOnlyModel(DecoderOnlyShape shape, Loading from, Program program) {
    Checkpoint checkpoint = from.checkpoint();
    this.runtime = from.on().runtime();
    this.config = checkpoint.config().file();
    this.shape = shape;
    this.program = program;
    this.forced = ForcedTokens.of(checkpoint, shape.vocabularySize()).behindPrompt();
  }

  /**
   * Loads a checkpoint; its file stays mapped until the model is closed.
   *
   * @throws ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  static DecoderOnlyModel load(ModelProgram model, DecoderOnlyShape shape, Loading from) {
    return new DecoderOnlyModel(shape, from, model.load(from));
  }

  /**
   * @param precision not AUTO
   */
  static DecoderOnlyModel load(
      ModelProgram model,
      DecoderOnlyShape shape,
      Loading from,
      Precision precision,
      MatmulKernel kernel) {
    Program program =
        model.load(from.on().runtime(), from.checkpoint(), from.on().device(), precision, kernel);
    return new DecoderOnlyModel(shape, from, program);
  }

  /**
   * The model as LLM: the states of a layer are H, and it decodes from the prompts' ids.
   *
   * @param featureLayer the layer after which H is taken, 0 for the embeddings (transformers:
   *     {@code hidden_states[featureLayer]}); empty: the last, after the final norm
   * @throws ModelLoadException if the model has fewer layers
   */
  public LlmEncoder asLlm(OptionalInt featureLayer) {
    int layer = featureLayer.orElse(shape.layers());
    if (layer < 0 || layer > shape.layers()) {
      throw new ModelLoadException(
          config,
          "the feature layer must be between 0 and "
              + shape.layers()
              + ", the number of layers, but was "
              + layer);
    }
    return new Llm(layer);
  }

  /** The model as SLM: the vectors that prefill takes stand in place of its prompt's embeddings. */
  public SlmDecoder asSlm() {
    return new Slm();
  }

  /**
   * Scores given ids under teacher forcing.
   *
   * @return logits of what follows each id, {@code [batch, maxLength, vocabulary]}
   */
  public NDArray score(NDManager scope, TokenBatch ids) {
    try (NDManager temporary = runtime.newScope()) {
      return program.tensor(scope, "score", ids(temporary, ids), lengths(temporary, ids.lengths()));
    }
  }

  @Override
  public void close() {
    runtime.release(program::close);
  }

  private NDArray ids(NDManager scope, TokenBatch batch) {
    Shape sizes = new Shape(batch.size(), batch.maxLength());
    return onDevice(scope, scope.create(batch.padded(0), sizes));
  }

  private NDArray lengths(NDManager scope, int[] lengths) {
    long[] wide = new long[lengths.length];
    for (int row = 0; row < wide.length; row++) {
      wide[row] = lengths[row];
    }
    return onDevice(scope, scope.create(wide, new Shape(wide.length)));
  }

  private NDArray onDevice(NDManager scope, NDArray array) {
    if (array.getDevice().equals(program.device())) {
      return array;
    }
    NDArray moved = array.toDevice(program.device(), true);
    moved.attach(scope);
    return moved;
  }

  private DecoderState prefilled(NDArray inputs, int[] lengths) {
    return CachedState.start(runtime, program, inputs, lengths, shape.window());
  }

  private final class Embeddings implements TokenEmbedder {

    @Override
    public int width() {
      return shape.width();
    }

    @Override
    public NDArray embed(NDManager scope, TokenBatch prompts) {
      try (NDManager temporary = runtime.newScope()) {
        return program.tensor(scope, "embed", ids(temporary, prompts));
      }
    }
  }

  private final class Llm implements LlmEncoder {

    private final int featureLayer;

    Llm(int featureLayer) {
      this.featureLayer = featureLayer;
    }

    @Override
    public int width() {
      return shape.width();
    }

    @Override
    public TokenEmbedder embeddings() {
      return new Embeddings();
    }

    @Override
    public ContextLimits contextLimits() {
      return ContextLimits.together(shape.contextLength());
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch prompts) {
      try (NDManager temporary = runtime.newScope()) {
        return program.tensor(
            scope,
            "features",
            ids(temporary, prompts),
            lengths(temporary, prompts.lengths()),
            featureLayer);
      }
    }

    @Override
    public Optional<LlmDecoder> decoder() {
      return Optional.of(new OwnDecoder());
    }

    @Override
    public void close() {
      DecoderOnlyModel.this.close();
    }
  }

  private final class OwnDecoder implements LlmDecoder {

    @Override
    public int vocabularySize() {
      return shape.vocabularySize();
    }

    @Override
    public boolean rewindable() {
      return true;
    }

    @Override
    public ContextLimits contextLimits() {
      return ContextLimits.together(shape.contextLength());
    }

    @Override
    public long stepWeights() {
      return shape.stepWeights();
    }

    @Override
    public boolean readsFeatures() {
      return false;
    }

    @Override
    public ForcedTokens forcedTokens() {
      return forced;
    }

    @Override
    public int[] penaltyPrefix(int[] promptIds) {
      return promptIds.clone();
    }

    @Override
    public DecoderState prefill(@Nullable NDArray h, TokenBatch prompts) {
      try (NDManager scope = runtime.newScope()) {
        return prefilled(new Embeddings().embed(scope, prompts), prompts.lengths());
      }
    }
  }

  private final class Slm implements SlmDecoder {

    @Override
    public TokenEmbedder embeddings() {
      return new Embeddings();
    }

    @Override
    public int vocabularySize() {
      return shape.vocabularySize();
    }

    @Override
    public boolean rewindable() {
      return true;
    }

    @Override
    public ContextLimits contextLimits() {
      return ContextLimits.together(shape.contextLength());
    }

    @Override
    public long stepWeights() {
      return shape.stepWeights();
    }

    @Override
    public ForcedTokens forcedTokens() {
      return forced;
    }

    @Override
    public int[] penaltyPrefix(int[] promptIds) {
      return promptIds.clone();
    }

    @Override
    public DecoderState prefill(NDArray inputs, int[] lengths) {
      try (NDManager scope = runtime.newScope()) {
        return prefilled(onDevice(scope, inputs), lengths);
      }
    }

    @Override
    public void close() {
      DecoderOnlyModel.this.close();
    }
  }
}
