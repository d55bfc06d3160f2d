package io.l2s.model.t5;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.TensorCheck;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Precision;
import io.l2s.engine.Program;
import io.l2s.engine.Weights;
import io.l2s.model.Decoder;
import io.l2s.model.DecoderState;
import io.l2s.model.Encoder;
import io.l2s.model.TokenBatch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
public final class T5Model implements AutoCloseable {

  /** The {@code model_type} of the checkpoints it loads. */
  public static final String MODEL_TYPE = "t5";

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
   * Loads {@code checkpoint}; its file stays mapped until the model is closed.
   *
   * @throws ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public static T5Model load(
      NativeRuntime runtime, Checkpoint checkpoint, Device device, Precision precision) {
    Precision resolved = precision(checkpoint, device, precision);
    CpuFeatures processor = CpuFeatures.current();
    Products products = Products.of(resolved, device, processor, checkpoint.parameters());
    LOG.info(
        "{}: {} on {} ({} asked for, {}{})",
        checkpoint.config().file().getParent(),
        resolved,
        device,
        precision,
        processor.describe(),
        products == Products.ONEDNN ? ", products by oneDNN" : "");
    return load(runtime, checkpoint, device, resolved, products);
  }

  /**
   * @param precision not AUTO
   */
  static T5Model load(
      NativeRuntime runtime,
      Checkpoint checkpoint,
      Device device,
      Precision precision,
      Products products) {
    T5Config config = T5Config.read(checkpoint);
    Map<String, List<Long>> expected = checked(checkpoint, config);
    return runtime.open(
        () -> {
          Program program =
              program(config, checkpoint.eosTokenIds(), device, precision, Precision.F32, products);
          try {
            Weights.put(program, checkpoint, expected.keySet(), precision, T5Weights::inFloat32);
            program.run("ready");
            return new T5Model(runtime, checkpoint.config().file(), config, program);
          } catch (RuntimeException e) {
            program.close();
            throw e;
          }
        });
  }

  /**
   * The number format in which {@code checkpoint} runs; never AUTO.
   *
   * @throws ModelLoadException if the device or the stored weights do not allow {@code wanted}
   */
  public static Precision precision(Checkpoint checkpoint, Device device, Precision wanted) {
    return precision(checkpoint, device, wanted, CpuFeatures.current());
  }

  static Precision precision(
      Checkpoint checkpoint, Device device, Precision wanted, CpuFeatures processor) {
    boolean stored = T5Weights.storedInt8(checkpoint.config());
    if (stored && wanted != Precision.AUTO && wanted != Precision.INT8) {
      throw new ModelLoadException(
          checkpoint.config().file(),
          "the weights are stored in int8, but the precision asked for is "
              + wanted.name().toLowerCase(Locale.ROOT)
              + "; choose int8 or auto, or the checkpoint that this one was made of");
    }
    Precision resolved =
        stored ? Precision.INT8 : processor.resolve(wanted, device, checkpoint.parameters());
    if (resolved == Precision.INT8 && device.isGpu()) {
      throw new ModelLoadException(
          checkpoint.config().file(),
          "precision int8 runs on CPUs only, but the device is "
              + device
              + "; choose bf16 or auto, or the device cpu");
    }
    if (resolved == Precision.INT8 && !processor.runsInt8()) {
      throw new ModelLoadException(
          checkpoint.config().file(),
          "precision int8 runs on x86 processors with AVX2 only, but this one has "
              + processor.describe()
              + "; choose f32, bf16 or auto"
              + (stored ? ", and the checkpoint that this one was made of" : ""));
    }
    return resolved;
  }

  /**
   * Compares a checkpoint's tensors with what its config asks for.
   *
   * @throws ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public static void check(Checkpoint checkpoint) {
    checked(checkpoint, T5Config.read(checkpoint));
  }

  static Map<String, List<Long>> checked(Checkpoint checkpoint, T5Config config) {
    // A head of its own is told by its presence: files of transformers 5 call it tied all the same.
    boolean ownHead = checkpoint.tensors().containsKey(T5Weights.HEAD);
    boolean int8 = T5Weights.storedInt8(checkpoint.config());
    Map<String, List<Long>> expected = T5Weights.expected(config, ownHead || int8);
    if (int8) {
      T5Weights.addScales(expected);
    }
    TensorCheck.check(
        checkpoint, expected, name -> int8 && T5Weights.isProduct(name), T5Weights::ignored);
    if (int8) {
      T5Weights.checkScales(checkpoint);
    }
    return expected;
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
      Products products) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("training", false);
    attributes.put("heads", config.heads());
    attributes.put("encoder_layers", config.encoderLayers());
    attributes.put("decoder_layers", config.decoderLayers());
    attributes.put("gated", config.gated());
    attributes.put("eps", config.epsilon());
    attributes.put("output_scale", config.scaledOutput() ? Math.pow(config.width(), -0.5) : 1.0);
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
        T5Model.class, List.of("t5.py", products.resource()), attributes, device, HOT);
  }

  /** The model as LLM: its encoder makes H, its own decoder attends to H. */
  public Encoder asLlm() {
    return asLlm(OptionalInt.empty());
  }

  /**
   * The model as LLM with the features of one of its layers; its own decoder goes on from there.
   *
   * @param featureLayer the encoder layer after which H is taken, 0 for the embeddings
   *     (transformers: {@code hidden_states[featureLayer]}); empty: the last, after its norm
   * @throws ModelLoadException if the encoder has fewer layers
   */
  public Encoder asLlm(OptionalInt featureLayer) {
    int layer = featureLayer.orElse(config.encoderLayers());
    if (layer < 0 || layer > config.encoderLayers()) {
      throw new ModelLoadException(
          checkpoint,
          "the feature layer must be between 0 and "
              + config.encoderLayers()
              + ", the number of the encoder's layers, but was "
              + layer);
    }
    return new LlmEncoder(layer);
  }

  /** The model as SLM: prefilled with input embeddings, which its encoder reads first. */
  public Decoder asSlm() {
    return new T5Decoder() {
      @Override
      public DecoderState prefill(NDArray inputs, int[] lengths) {
        try (NDManager scope = runtime.newScope()) {
          NDArray mask = deviceMask(scope, lengths, inputs.getShape().get(1));
          NDArray h = program.tensor(scope, "encode", onDevice(scope, inputs), mask);
          return T5DecoderState.start(runtime, program, h, mask, lengths, config.startToken());
        }
      }
    };
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

  private final class LlmEncoder implements Encoder {

    private final int featureLayer;

    LlmEncoder(int featureLayer) {
      this.featureLayer = featureLayer;
    }

    @Override
    public int width() {
      return config.width();
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch prompts) {
      try (NDManager temporary = runtime.newScope()) {
        NDArray mask = deviceMask(temporary, prompts.lengths(), prompts.maxLength());
        return program.tensor(scope, "features", ids(temporary, prompts), mask, featureLayer);
      }
    }

    @Override
    public Optional<Decoder> decoder() {
      return Optional.of(
          new T5Decoder() {
            @Override
            public DecoderState prefill(NDArray inputs, int[] lengths) {
              try (NDManager scope = runtime.newScope()) {
                NDArray mask = deviceMask(scope, lengths, inputs.getShape().get(1));
                NDArray h =
                    program.tensor(scope, "attended", onDevice(scope, inputs), mask, featureLayer);
                return T5DecoderState.start(
                    runtime, program, h, mask, lengths, config.startToken());
              }
            }
          });
    }

    @Override
    public void close() {
      T5Model.this.close();
    }
  }

  private abstract class T5Decoder implements Decoder {

    @Override
    public int width() {
      return config.width();
    }

    @Override
    public int vocabularySize() {
      return config.vocabularySize();
    }

    @Override
    public long stepWeights() {
      return config.stepWeights();
    }

    @Override
    public List<Integer> startIds() {
      return List.of(config.startToken());
    }

    @Override
    public NDArray embed(NDManager scope, TokenBatch prompts) {
      try (NDManager temporary = runtime.newScope()) {
        return program.tensor(scope, "embed", ids(temporary, prompts));
      }
    }

    @Override
    public void close() {
      T5Model.this.close();
    }
  }
}
