package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.ModelLoadException;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A loaded checkpoint, usable as LLM or SLM: what encoder-decoders and decoder-only models share.
 *
 * <p>Loading and closing may be done on any thread; what {@link #asLlm} and {@link #asSlm} return
 * runs on the native thread only.
 */
abstract class ProgramModel implements AutoCloseable {

  final NativeRuntime runtime;
  final Program program;
  final ProgramInputs inputs;
  private final Path config;
  private final ModelShape shape;
  private final long stepWeights;
  private final ForcedTokens forced;

  /**
   * @param stepWeights weights that one decode step reads
   */
  ProgramModel(
      Loading from, Program program, ModelShape shape, long stepWeights, ForcedTokens forced) {
    this.runtime = from.on().runtime();
    this.program = program;
    this.inputs = new ProgramInputs(runtime, program);
    this.config = from.checkpoint().config().file();
    this.shape = shape;
    this.stepWeights = stepWeights;
    this.forced = forced;
  }

  /** Prompt features of a layer, {@code [batch, maxLength, width]}. */
  abstract NDArray features(NDManager scope, TokenBatch prompts, int layer);

  /** Whether the LLM's own decoder uses H; otherwise it reads the ids. */
  abstract boolean readsFeatures();

  /** Prefill of the LLM's own decoder; {@code layer} made {@code h}. */
  abstract DecoderState prefillOwn(@Nullable NDArray h, TokenBatch prompts, int layer);

  /** Prefill of the SLM with input embeddings, {@code [batch, maxLength, width]}. */
  abstract DecoderState prefill(NDArray vectors, int[] lengths);

  /** Ids that stand before the first generated one. */
  abstract int[] penaltyPrefix(int[] promptIds);

  /** The model as LLM: it makes H, and its own decoder writes. */
  final LlmEncoder asLlm() {
    return asLlm(OptionalInt.empty());
  }

  /**
   * The model as LLM with the features of one of its layers.
   *
   * @param featureLayer the layer after which H is taken, 0 for the embeddings (transformers:
   *     {@code hidden_states[featureLayer]}); empty: the last, after its norm
   * @throws ModelLoadException if fewer layers read a prompt; the model is closed then
   */
  final LlmEncoder asLlm(OptionalInt featureLayer) {
    try {
      return new Llm(ModelShape.featureLayer(featureLayer, shape.layers(), config));
    } catch (ModelLoadException e) {
      close();
      throw e;
    }
  }

  /** The model as SLM, prefilled with input embeddings. */
  final SlmDecoder asSlm() {
    return new Slm();
  }

  @Override
  public final void close() {
    runtime.release(program::close);
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
      return shape.limits();
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch prompts) {
      return features(scope, prompts, featureLayer);
    }

    @Override
    public Optional<LlmDecoder> decoder() {
      return Optional.of(new OwnDecoder(featureLayer));
    }

    @Override
    public Optional<String> weightsChange() {
      return program.weightsChange();
    }

    @Override
    public void close() {
      ProgramModel.this.close();
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
      return shape.limits();
    }

    @Override
    public long stepWeights() {
      return stepWeights;
    }

    @Override
    public ForcedTokens forcedTokens() {
      return forced;
    }

    @Override
    public int[] penaltyPrefix(int[] promptIds) {
      return ProgramModel.this.penaltyPrefix(promptIds);
    }
  }

  private final class OwnDecoder extends Traits implements LlmDecoder {

    private final int featureLayer;

    OwnDecoder(int featureLayer) {
      this.featureLayer = featureLayer;
    }

    @Override
    public boolean readsFeatures() {
      return ProgramModel.this.readsFeatures();
    }

    @Override
    public DecoderState prefill(@Nullable NDArray h, TokenBatch prompts) {
      return prefillOwn(h, prompts, featureLayer);
    }
  }

  private final class Slm extends Traits implements SlmDecoder {

    @Override
    public TokenEmbedder embeddings() {
      return inputs.embeddings(shape.width());
    }

    @Override
    public DecoderState prefill(NDArray vectors, int[] lengths) {
      return ProgramModel.this.prefill(vectors, lengths);
    }

    @Override
    public Optional<String> weightsChange() {
      return program.weightsChange();
    }

    @Override
    public void close() {
      ProgramModel.this.close();
    }
  }
}
