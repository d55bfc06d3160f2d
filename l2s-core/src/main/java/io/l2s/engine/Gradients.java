package io.l2s.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.util.function.Supplier;

/** Automatic differentiation. Native thread only. */
public final class Gradients {

  private Gradients() {}

  /** Computes a scalar loss and adds its gradients to the parameters; returns the loss. */
  public static float backward(Supplier<NDArray> loss) {
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray value = loss.get();
      collector.backward(value);
      return value.getFloat();
    }
  }
}
