package io.l2s.model.t5;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import io.l2s.model.CachedState;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.Loading;
import io.l2s.model.MatmulKernel;
import io.l2s.model.PromptMask;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A loaded T5 checkpoint (transformers: {@code T5ForConditionalGeneration}), usable as LLM or SLM.
 *
 * <p>Loading and closing may be done on any thread; what {@link #asLlm} and {@link #asSlm} return
 * runs on the native thread only.
 */
final class T5Model implements AutoCloseable {

  private final NativeRuntime runtime;
  private final Path checkpoint;
  private final T5Config config;
  private final Program program;

  private T5Model(NativeRuntime runtime, Path checkpoint, T5Config config, Program program) {
    this.runtime = runtime;
    this.checkpoint = checkpoint;
    this.config = config;
    this.program = program;
  }

  /**
   * Loads a checkpoint; its file stays mapped until the model is closed.
   *
   * @throws ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  static T5Model load(Loading from) {
    T5Config config = T5Config.read(from.checkpoint());
    Program program = T5Program.of(from.checkpoint(), config).load(from);
    return new T5Model(from.on().runtime(), from.checkpoint().config().file(), config, program);
  }

  /**
   * @param precision not AUTO
   */
  static T5Model load(
      NativeRuntime runtime,
      Checkpoint checkpoint,
      Device device,
      Precision precision,
      MatmulKernel kernel) {
    T5Config config = T5Config.read(checkpoint);
    Program program =
        T5Program.of(checkpoint, config).load(runtime, checkpoint, device, precision, kernel);
    return new T5Model(runtime, checkpoint.config().file(), config, program);
  }

  /** The model as LLM: its encoder makes H, its own decoder attends to H. */
  LlmEncoder asLlm() {
    return asLlm(OptionalInt.empty());
  }

  /**
   * The model as LLM with the features of one of its layers, from which its own decoder continues.
   *
   * @param featureLayer the encoder layer after which H is taken, 0 for the embeddings
   *     (transformers: {@code hidden_states[featureLayer]}); empty: the last, after its norm
   * @throws ModelLoadException if the encoder has fewer layers
   */
  LlmEncoder asLlm(OptionalInt featureLayer) {
    int layer = featureLayer.orElse(config.encoderLayers());
    if (layer < 0 || layer > config.encoderLayers()) {
      throw new ModelLoadException(
          checkpoint,
          "the feature layer must be between 0 and "
              + config.encoderLayers()
              + ", the number of the encoder's layers, but was "
              + layer);
    }
    return new Llm(layer);
  }

  /** The model as SLM: prefilled with input embeddings, which its encoder reads first. */
  SlmDecoder asSlm() {
    return new Slm();
  }

  /**
   * Scores given decoder inputs under teacher forcing, for one prompt without padding.
   *
   * @param h prompt features, {@code [batch, length, width]}
   * @param inputs decoder input ids
   * @return logits {@code [batch, inputs, vocabulary]}
   */
  NDArray score(NDManager scope, NDArray h, TokenBatch inputs) {
    int[] lengths = new int[inputs.size()];
    Arrays.fill(lengths, Math.toIntExact(h.getShape().get(1)));
    try (NDManager temporary = runtime.newScope()) {
      NDArray mask = deviceMask(temporary, lengths, h.getShape().get(1));
      return program.tensor(scope, "score", h, mask, ids(temporary, inputs));
    }
  }

  @Override
  public void close() {
    runtime.release(program::close);
  }

  private NDArray ids(NDManager scope, TokenBatch prompts) {
    Shape shape = new Shape(prompts.size(), prompts.maxLength());
    return onDevice(scope, scope.create(prompts.padded(0), shape));
  }

  private NDArray deviceMask(NDManager scope, int[] lengths, long width) {
    return onDevice(scope, PromptMask.of(scope, lengths, width));
  }

  private NDArray onDevice(NDManager scope, NDArray array) {
    if (array.getDevice().equals(program.device())) {
      return array;
    }
    NDArray moved = array.toDevice(program.device(), true);
    moved.attach(scope);
    return moved;
  }

  private final class Embeddings implements TokenEmbedder {

    @Override
    public int width() {
      return config.width();
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
      return config.width();
    }

    @Override
    public TokenEmbedder embeddings() {
      return new Embeddings();
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch prompts) {
      try (NDManager temporary = runtime.newScope()) {
        NDArray mask = deviceMask(temporary, prompts.lengths(), prompts.maxLength());
        return program.tensor(scope, "features", ids(temporary, prompts), mask, featureLayer);
      }
    }

    @Override
    public Optional<LlmDecoder> decoder() {
      return Optional.of(new OwnDecoder(featureLayer));
    }

    @Override
    public void close() {
      T5Model.this.close();
    }
  }

  private final class OwnDecoder implements LlmDecoder {

    private final int featureLayer;

    OwnDecoder(int featureLayer) {
      this.featureLayer = featureLayer;
    }

    @Override
    public int vocabularySize() {
      return config.vocabularySize();
    }

    @Override
    public boolean rewindable() {
      return true;
    }

    @Override
    public long stepWeights() {
      return config.stepWeights();
    }

    @Override
    public int[] penaltyPrefix(int[] promptIds) {
      return new int[] {config.startToken()};
    }

    @Override
    public DecoderState prefill(@Nullable NDArray h, TokenBatch prompts) {
      try (NDManager scope = runtime.newScope()) {
        NDArray features = Objects.requireNonNull(h, "h");
        int[] lengths = prompts.lengths();
        NDArray mask = deviceMask(scope, lengths, features.getShape().get(1));
        NDArray attended =
            program.tensor(scope, "attended", onDevice(scope, features), mask, featureLayer);
        return CachedState.start(runtime, program, attended, mask, lengths, config.startToken());
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
      return config.vocabularySize();
    }

    @Override
    public boolean rewindable() {
      return true;
    }

    @Override
    public long stepWeights() {
      return config.stepWeights();
    }

    @Override
    public int[] penaltyPrefix(int[] promptIds) {
      return new int[] {config.startToken()};
    }

    @Override
    public DecoderState prefill(NDArray inputs, int[] lengths) {
      try (NDManager scope = runtime.newScope()) {
        NDArray mask = deviceMask(scope, lengths, inputs.getShape().get(1));
        NDArray h = program.tensor(scope, "encode", onDevice(scope, inputs), mask);
        return CachedState.start(runtime, program, h, mask, lengths, config.startToken());
      }
    }

    @Override
    public void close() {
      T5Model.this.close();
    }
  }
}
