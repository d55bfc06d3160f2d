package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.engine.CpuFeatures;

/** The routines that multiply by float32 weights. */
enum MatmulKernel {
  /** Those that the engine takes by itself; on any device, and in training. */
  PLAIN("matmul.py"),
  /** oneDNN's, from a copy of the weights packed for it; on CPUs, without gradients. */
  ONEDNN("matmul_onednn.py");

  private final String resource;

  MatmulKernel(String resource) {
    this.resource = resource;
  }

  /**
   * The routines for a model that does not learn.
   *
   * @param weights number of weights of the model
   */
  static MatmulKernel of(Precision precision, Device device, CpuFeatures processor, long weights) {
    // Where int8 leaves a product out, its weights may be float32.
    boolean f32OnCpu = precision != Precision.BF16 && !device.isGpu();
    return f32OnCpu && processor.prefersOneDnn(weights) ? ONEDNN : PLAIN;
  }

  /** The source of their methods {@code pack} and {@code multiply}, to stand behind a program. */
  String resource() {
    return "/io/l2s/model/" + resource;
  }
}
