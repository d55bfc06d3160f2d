package io.l2s.model.t5;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Precision;
import io.l2s.engine.Program;
import io.l2s.engine.Weights;
import io.l2s.model.CachedState;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.Loading;
import io.l2s.model.MatmulKernel;
import io.l2s.model.NumberFormat;
import io.l2s.model.Placement;
import io.l2s.model.ProductGroups;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import io.l2s.model.WeightTable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded T5 checkpoint (transformers: {@code T5ForConditionalGeneration}), usable as LLM or SLM.
 *
 * <p>Loading and closing may be done on any thread; what {@link #asLlm} and {@link #asSlm} return
 * runs on the native thread only.
 */
final class T5Model implements AutoCloseable {

  // All that call the products: compiling one takes in the methods that it calls only where no
  // other has called them before without being compiled.
  private static final Set<String> HOT =
      Set.of(
          "features",
          "attended",
          "encode",
          "start",
          "decode_one",
          "decode_many",
          "verify",
          "score");

  private static final Logger LOG = LoggerFactory.getLogger(T5Model.class);

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
    Checkpoint checkpoint = from.checkpoint();
    Placement on = from.on();
    Precision resolved = NumberFormat.serving(checkpoint, on.device(), on.precision());
    CpuFeatures processor = CpuFeatures.current();
    MatmulKernel kernel =
        MatmulKernel.of(resolved, on.device(), processor, checkpoint.parameters());
    LOG.info(
        "{}: {} on {} ({} asked for, {}{})",
        checkpoint.config().file().getParent(),
        resolved,
        on.device(),
        on.precision(),
        processor.describe(),
        kernel == MatmulKernel.ONEDNN ? ", products by oneDNN" : "");
    return load(on.runtime(), checkpoint, on.device(), resolved, kernel);
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
    WeightTable weights = new WeightTable(T5Weights.of(checkpoint, config));
    weights.check(checkpoint);
    return runtime.open(
        () -> {
          Program program =
              program(config, checkpoint.eosTokenIds(), device, precision, Precision.F32, kernel);
          try {
            weights.put(program, checkpoint, precision);
            ready(program, weights, config);
            return new T5Model(runtime, checkpoint.config().file(), config, program);
          } catch (RuntimeException e) {
            program.close();
            throw e;
          }
        });
  }

  /** Makes the groups of products of a program whose weights have been put. */
  static void ready(Program program, WeightTable weights, T5Config config) {
    ProductGroups groups = new ProductGroups(program, weights);
    T5Weights.groups(config).forEach(groups::add);
    boolean ownHead = weights.required().anyMatch(spec -> spec.name().equals(T5Weights.HEAD));
    groups.add(
        List.of(ownHead ? T5Weights.HEAD : T5Weights.SHARED),
        T5Weights.DECODER_NORM,
        config.outputScale());
    groups.end();
  }

  /**
   * A program without weights.
   *
   * @param compute number format in which float32 weights are multiplied, f32 or bf16
   */
  static Program program(
      T5Config config,
      List<Integer> eos,
      Device device,
      Precision precision,
      Precision compute,
      MatmulKernel kernel) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("training", false);
    attributes.put("heads", config.heads());
    attributes.put("encoder_layers", config.encoderLayers());
    attributes.put("decoder_layers", config.decoderLayers());
    attributes.put("gated", config.gated());
    attributes.put("eps", config.epsilon());
    attributes.put("output_scale", config.outputScale());
    attributes.put("buckets", config.buckets());
    attributes.put("max_distance", config.maxDistance());
    attributes.put("start_token", config.startToken());
    attributes.put("eos", eos);
    attributes.put("weights", Map.of());
    attributes.put("norms", List.of());
    attributes.put("int8", precision == Precision.INT8);
    attributes.put("reduce_range", !CpuFeatures.current().hasVnni());
    attributes.put("groups", List.of());
    attributes.put("packs", List.of());
    attributes.put("parts", List.of());
    attributes.put("room", Map.of());
    attributes.put("epsilon", List.of());
    attributes.put("compute", compute == Precision.BF16 ? Weights.BF16 : Weights.F32);
    attributes.put("dropout", 0.0);
    return Program.load(
        T5Model.class,
        List.of("/io/l2s/model/program.py", "t5.py", kernel.resource()),
        attributes,
        device,
        HOT);
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
    return onDevice(scope, mask(scope, lengths, width));
  }

  /** 1 at the positions of each prompt, 0 beyond: {@code [batch, width]}. */
  static NDArray mask(NDManager scope, int[] lengths, long width) {
    long[] mask = new long[Math.toIntExact(lengths.length * width)];
    for (int row = 0; row < lengths.length; row++) {
      int from = Math.toIntExact(row * width);
      Arrays.fill(mask, from, from + lengths[row], 1);
    }
    return scope.create(mask, new Shape(lengths.length, width));
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
    public DecoderState prefill(NDArray h, TokenBatch prompts) {
      try (NDManager scope = runtime.newScope()) {
        int[] lengths = prompts.lengths();
        NDArray mask = deviceMask(scope, lengths, h.getShape().get(1));
        NDArray attended =
            program.tensor(scope, "attended", onDevice(scope, h), mask, featureLayer);
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
