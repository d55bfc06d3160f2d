package io.l2s.assembly;

import io.l2s.engine.DeviceCatalog;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.Decoder;
import io.l2s.model.Encoder;
import io.l2s.projector.Projector;
import java.nio.file.Path;

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

  /** The LLM in {@code directory}; throws {@link io.l2s.ModelLoadException} with every problem. */
  public Encoder loadLlm(Path directory, ComponentOptions options) {
    throw new IllegalStateException("skeleton");
  }

  /** The SLM in {@code directory}; throws {@link io.l2s.ModelLoadException} with every problem. */
  public Decoder loadSlm(Path directory, ComponentOptions options) {
    throw new IllegalStateException("skeleton");
  }

  /** The projector in {@code file}; throws {@link io.l2s.ModelLoadException} with every problem. */
  public Projector loadProjector(Path file, ComponentOptions options) {
    throw new IllegalStateException("skeleton");
  }
}
