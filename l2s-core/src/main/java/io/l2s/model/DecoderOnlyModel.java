package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
  private final ProgramInputs inputs;
  private final ForcedTokens forced;

  private DecoderOnlyModel(DecoderOnlyFamily family, Loading from, Program program) {
    Checkpoint checkpoint = from.checkpoint();
    this.runtime = from.on().runtime();
    this.config = checkpoint.config().file();
    this.shape = family.sizes(checkpoint.config());
    this.program = program;
    this.inputs = new ProgramInputs(runtime, program);
    this.forced =
        ForcedTokens.of(checkpoint, family.tokenDefaults(checkpoint.config())).behindPrompt();
  }

  /**
   * Loads a checkpoint; its file stays mapped until the model is closed.
   *
   * @throws ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  static DecoderOnlyModel load(DecoderOnlyFamily family, Loading from) {
    return new DecoderOnlyModel(family, from, family.stored(from.checkpoint()).load(from));
  }

  /**
   * @param precision not AUTO
   */
  static DecoderOnlyModel load(
      DecoderOnlyFamily family, Loading from, Precision precision, MatmulKernel kernel) {
    Checkpoint checkpoint = from.checkpoint();
    Program program =
        family
            .stored(checkpoint)
            .load(from.on().runtime(), checkpoint, from.on().device(), precision, kernel);
    return new DecoderOnlyModel(family, from, program);
  }

  /**
   * The model as LLM: the states of a layer are H, and it decodes from the prompts' ids.
   *
   * @param featureLayer the layer after which H is taken, 0 for the embeddings (transformers:
   *     {@code hidden_states[featureLayer]}); empty: the last, after the final norm
   * @throws ModelLoadException if the model has fewer layers
   */
  public LlmEncoder asLlm(OptionalInt featureLayer) {
    return new Llm(ModelShape.featureLayer(featureLayer, shape.layers(), config));
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
      return program.tensor(
          scope, "score", inputs.ids(temporary, ids), inputs.numbers(temporary, ids.lengths()));
    }
  }

  @Override
  public void close() {
    runtime.release(program::close);
  }

  private DecoderState prefilled(NDArray vectors, int[] lengths) {
    return CachedState.start(runtime, program, vectors, lengths, shape.window());
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
      return inputs.embeddings(shape.width());
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
            inputs.ids(temporary, prompts),
            inputs.numbers(temporary, prompts.lengths()),
            featureLayer);
      }
    }

    @Override
    public Optional<LlmDecoder> decoder() {
      return Optional.of(new OwnDecoder());
    }

    @Override
    public Optional<String> weightsChange() {
      return program.weightsChange();
    }

    @Override
    public void close() {
      DecoderOnlyModel.this.close();
    }
  }

  /** The facts that hold for the model's decoder in either part. */
  private class Traits implements DecoderTraits {

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
  }

  private final class OwnDecoder extends Traits implements LlmDecoder {

    @Override
    public boolean readsFeatures() {
      return false;
    }

    @Override
    public DecoderState prefill(@Nullable NDArray h, TokenBatch prompts) {
      try (NDManager scope = runtime.newScope()) {
        return prefilled(inputs.embeddings(shape.width()).embed(scope, prompts), prompts.lengths());
      }
    }
  }

  private final class Slm extends Traits implements SlmDecoder {

    @Override
    public TokenEmbedder embeddings() {
      return inputs.embeddings(shape.width());
    }

    @Override
    public DecoderState prefill(NDArray vectors, int[] lengths) {
      try (NDManager scope = runtime.newScope()) {
        return prefilled(inputs.onDevice(scope, vectors), lengths);
      }
    }

    @Override
    public Optional<String> weightsChange() {
      return program.weightsChange();
    }

    @Override
    public void close() {
      DecoderOnlyModel.this.close();
    }
  }
}
