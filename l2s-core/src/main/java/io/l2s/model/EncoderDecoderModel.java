package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A loaded encoder-decoder checkpoint, usable as LLM or SLM.
 *
 * <p>Loading and closing may be done on any thread; what {@link #asLlm} and {@link #asSlm} return
 * runs on the native thread only.
 */
final class EncoderDecoderModel implements AutoCloseable {

  private final NativeRuntime runtime;
  private final Path config;
  private final EncoderDecoderShape shape;
  private final Program program;
  private final ProgramInputs inputs;
  private final ForcedTokens forced;

  private EncoderDecoderModel(EncoderDecoderFamily family, Loading from, Program program) {
    Checkpoint checkpoint = from.checkpoint();
    this.runtime = from.on().runtime();
    this.config = checkpoint.config().file();
    this.shape = family.sizes(checkpoint);
    this.program = program;
    this.inputs = new ProgramInputs(runtime, program);
    this.forced = ForcedTokens.of(checkpoint, family.tokenDefaults(checkpoint.config()));
  }

  /**
   * Loads a checkpoint; its file stays mapped until the model is closed.
   *
   * @throws ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  static EncoderDecoderModel load(EncoderDecoderFamily family, Loading from) {
    return new EncoderDecoderModel(family, from, family.stored(from.checkpoint()).load(from));
  }

  /**
   * @param precision not AUTO
   */
  static EncoderDecoderModel load(
      EncoderDecoderFamily family, Loading from, Precision precision, MatmulKernel kernel) {
    Checkpoint checkpoint = from.checkpoint();
    Program program =
        family
            .stored(checkpoint)
            .load(from.on().runtime(), checkpoint, from.on().device(), precision, kernel);
    return new EncoderDecoderModel(family, from, program);
  }

  /** The model as LLM: its encoder makes H, its own decoder attends to H. */
  public LlmEncoder asLlm() {
    return asLlm(OptionalInt.empty());
  }

  /**
   * The model as LLM with the features of one of its layers, from which its own decoder continues.
   *
   * @param featureLayer the encoder layer after which H is taken, 0 for the embeddings
   *     (transformers: {@code hidden_states[featureLayer]}); empty: the last, after its norm
   * @throws ModelLoadException if the encoder has fewer layers
   */
  public LlmEncoder asLlm(OptionalInt featureLayer) {
    return new Llm(ModelShape.featureLayer(featureLayer, shape.encoderLayers(), config));
  }

  /** The model as SLM: prefilled with input embeddings, which its encoder reads first. */
  public SlmDecoder asSlm() {
    return new Slm();
  }

  /**
   * Scores given decoder inputs under teacher forcing, for one prompt without padding.
   *
   * @param h prompt features, {@code [batch, length, width]}
   * @param answers decoder input ids
   * @return logits {@code [batch, answers, vocabulary]}
   */
  public NDArray score(NDManager scope, NDArray h, TokenBatch answers) {
    int[] lengths = new int[answers.size()];
    Arrays.fill(lengths, Math.toIntExact(h.getShape().get(1)));
    try (NDManager temporary = runtime.newScope()) {
      NDArray mask = inputs.mask(temporary, lengths, h.getShape().get(1));
      return program.tensor(scope, "score", h, mask, inputs.ids(temporary, answers));
    }
  }

  @Override
  public void close() {
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
      try (NDManager temporary = runtime.newScope()) {
        NDArray mask = inputs.mask(temporary, prompts.lengths(), prompts.maxLength());
        return program.tensor(
            scope, "features", inputs.ids(temporary, prompts), mask, featureLayer);
      }
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
      EncoderDecoderModel.this.close();
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
      return shape.stepWeights();
    }

    @Override
    public ForcedTokens forcedTokens() {
      return forced;
    }

    @Override
    public int[] penaltyPrefix(int[] promptIds) {
      return new int[] {shape.startToken()};
    }
  }

  private final class OwnDecoder extends Traits implements LlmDecoder {

    private final int featureLayer;

    OwnDecoder(int featureLayer) {
      this.featureLayer = featureLayer;
    }

    @Override
    public DecoderState prefill(@Nullable NDArray h, TokenBatch prompts) {
      try (NDManager scope = runtime.newScope()) {
        NDArray features = Objects.requireNonNull(h, "h");
        int[] lengths = prompts.lengths();
        NDArray mask = inputs.mask(scope, lengths, features.getShape().get(1));
        NDArray attended =
            program.tensor(scope, "attended", inputs.onDevice(scope, features), mask, featureLayer);
        return CachedState.start(runtime, program, attended, mask, lengths, shape.startToken());
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
        NDArray mask = inputs.mask(scope, lengths, vectors.getShape().get(1));
        NDArray h = program.tensor(scope, "encode", inputs.onDevice(scope, vectors), mask);
        return CachedState.start(runtime, program, h, mask, lengths, shape.startToken());
      }
    }

    @Override
    public Optional<String> weightsChange() {
      return program.weightsChange();
    }

    @Override
    public void close() {
      EncoderDecoderModel.this.close();
    }
  }
}
