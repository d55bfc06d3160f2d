package io.l2s.model.t5;

import ai.djl.Device;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.Precision;

/** Which routines multiply by float32 weights. */
enum Products {
  /** Those that the engine takes by itself; on any device, and in training. */
  PLAIN("products.py"),
  /** oneDNN's, from a copy of the weights arranged for it; on CPUs, without gradients. */
  ONEDNN("products_onednn.py");

  private final String resource;

  Products(String resource) {
    this.resource = resource;
  }

  /**
   * Those for a model that does not learn.
   *
   * @param weights number of weights of the model
   */
  static Products of(Precision precision, Device device, CpuFeatures processor, long weights) {
    boolean f32OnCpu = precision == Precision.F32 && !device.isGpu();
    return f32OnCpu && processor.prefersOneDnn(weights) ? ONEDNN : PLAIN;
  }

  /** The source of their methods, to stand behind {@code t5.py}. */
  String resource() {
    return resource;
  }
}
