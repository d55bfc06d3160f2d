package io.l2s.assembly;

import ai.djl.Device;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.DeviceCatalog;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.LlmEncoder;
import io.l2s.model.Loading;
import io.l2s.model.Placement;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.LoadedProjector;
import io.l2s.projector.Projector;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Loads checkpoints of every known family into running components; thread-safe. The caller closes
 * what it loads, before the runtime.
 */
public final class ModelLoader {

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
  public LlmEncoder loadLlm(Path directory, ComponentOptions options) {
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
  public LlmEncoder loadLlm(Path directory, ComponentOptions options, OptionalInt featureLayer) {
    return loadLlm(Checkpoint.open(directory), options, featureLayer);
  }

  /**
   * The LLM of an opened checkpoint with the features of one of its layers.
   *
   * @param featureLayer the encoder layer after which H is taken, 0 for the embeddings; empty: the
   *     last
   * @throws ModelLoadException with every problem of the checkpoint, if it has fewer layers, or if
   *     its weights have changed since it was opened
   * @throws io.l2s.DeviceUnavailableException if a GPU was asked for that is not there
   */
  public LlmEncoder loadLlm(
      Checkpoint checkpoint, ComponentOptions options, OptionalInt featureLayer) {
    return ModelFamilies.of(checkpoint).llm(loading(checkpoint, options), featureLayer);
  }

  /**
   * The SLM in {@code directory}.
   *
   * @throws ModelLoadException with every problem of the checkpoint
   * @throws io.l2s.DeviceUnavailableException if a GPU was asked for that is not there
   */
  public SlmDecoder loadSlm(Path directory, ComponentOptions options) {
    return loadSlm(Checkpoint.open(directory), options);
  }

  /**
   * The SLM of an opened checkpoint.
   *
   * @throws ModelLoadException with every problem of the checkpoint, or if its weights have changed
   *     since it was opened
   * @throws io.l2s.DeviceUnavailableException if a GPU was asked for that is not there
   */
  public SlmDecoder loadSlm(Checkpoint checkpoint, ComponentOptions options) {
    return ModelFamilies.of(checkpoint).slm(loading(checkpoint, options));
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

  /** Describes checkpoints as they run on the devices of this loader. */
  public ModelInspection inspection() {
    return new ModelInspection(devices);
  }

  private Loading loading(Checkpoint checkpoint, ComponentOptions options) {
    Device device = options.device().resolve(devices);
    Placement on = new Placement(runtime, device, options.precision());
    return new Loading(options.copyWeights() ? checkpoint.withCopiedWeights() : checkpoint, on);
  }
}
