package io.l2s.assembly;

import ai.djl.Device;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.engine.DeviceCatalog;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Precision;
import io.l2s.model.Decoder;
import io.l2s.model.Encoder;
import io.l2s.model.t5.T5Config;
import io.l2s.model.t5.T5Model;
import io.l2s.projector.LoadedProjector;
import io.l2s.projector.Projector;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Loads checkpoints of every known family into running components; thread-safe. The caller closes
 * what it loads, before the runtime.
 */
public final class ModelLoader {

  private static final List<String> SUPPORTED = List.of(T5Model.MODEL_TYPE);

  private final NativeRuntime runtime;
  private final DeviceCatalog devices;

  public ModelLoader(NativeRuntime runtime, DeviceCatalog devices) {
    this.runtime = runtime;
    this.devices = devices;
  }

  /**
   * The LLM in {@code directory}.
   *
   * @throws ModelLoadException with every problem of the checkpoint
   * @throws io.l2s.DeviceUnavailableException if a GPU was asked for that is not there
   */
  public Encoder loadLlm(Path directory, ComponentOptions options) {
    return loadLlm(directory, options, OptionalInt.empty());
  }

  /**
   * The LLM in {@code directory} with the features of one of its layers.
   *
   * @param featureLayer the encoder layer after which H is taken, 0 for the embeddings; empty: the
   *     last
   * @throws ModelLoadException with every problem of the checkpoint, or if it has fewer layers
   * @throws io.l2s.DeviceUnavailableException if a GPU was asked for that is not there
   */
  public Encoder loadLlm(Path directory, ComponentOptions options, OptionalInt featureLayer) {
    T5Model model = load(directory, options);
    try {
      return model.asLlm(featureLayer);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * The SLM in {@code directory}.
   *
   * @throws ModelLoadException with every problem of the checkpoint
   * @throws io.l2s.DeviceUnavailableException if a GPU was asked for that is not there
   */
  public Decoder loadSlm(Path directory, ComponentOptions options) {
    return load(directory, options).asSlm();
  }

  /**
   * The projector in {@code file}; it runs in float32 whatever the options say.
   *
   * @throws ModelLoadException with every problem of the file
   * @throws io.l2s.DeviceUnavailableException if a GPU was asked for that is not there
   */
  public Projector loadProjector(Path file, ComponentOptions options) {
    return LoadedProjector.load(runtime, file, options.device().resolve(devices));
  }

  /**
   * The number format in which the checkpoint in {@code directory} runs with {@code options}; never
   * AUTO.
   *
   * @throws ModelLoadException with every problem of the checkpoint
   */
  public Precision precision(Path directory, ComponentOptions options) {
    return T5Model.precision(
        Checkpoint.open(directory), options.device().resolve(devices), options.precision());
  }

  /** The number format that AUTO stands for on this machine's CPU. */
  public static Precision automatic(Checkpoint checkpoint) {
    return T5Model.precision(checkpoint, Device.cpu(), Precision.AUTO);
  }

  /**
   * Opens the checkpoint in {@code directory} and compares its tensors with what its family needs,
   * without the native engine.
   *
   * @throws ModelLoadException with every problem of the checkpoint
   */
  public static Checkpoint check(Path directory) {
    Checkpoint checkpoint = Checkpoint.open(directory);
    requireSupported(checkpoint.config());
    T5Model.check(checkpoint);
    return checkpoint;
  }

  /**
   * Checks, without the native engine, that the projector in {@code file} leads from one checked
   * checkpoint to another.
   *
   * @throws ModelLoadException with every problem of the file
   */
  public static void checkProjector(Path file, Checkpoint llm, Checkpoint slm) {
    LoadedProjector.check(file, T5Config.read(llm).width(), T5Config.read(slm).width());
  }

  /** The number of weights of a bundle's projector and SLM together. */
  public static long conditionedParameters(Bundle bundle) {
    return Checkpoint.open(bundle.slm()).parameters()
        + LoadedProjector.parameters(bundle.projector());
  }

  private T5Model load(Path directory, ComponentOptions options) {
    Device device = options.device().resolve(devices);
    Checkpoint checkpoint = Checkpoint.open(directory);
    requireSupported(checkpoint.config());
    return T5Model.load(runtime, checkpoint, device, options.precision());
  }

  static void requireSupported(ConfigFile config) {
    if (!SUPPORTED.contains(config.modelType())) {
      throw new ModelLoadException(
          config.file(),
          "model_type must be one of " + SUPPORTED + ", but was " + config.modelType());
    }
  }
}
