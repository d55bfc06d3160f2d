package io.l2s.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.util.function.Supplier;

/** Automatic differentiation. Native thread only. */
public final class Gradients {

  private Gradients() {}

  /** A trainable copy of {@code values} that belongs to {@code scope}. */
  public static NDArray parameter(NDManager scope, NDArray values) {
    // A copy in any case: mapped files are read-only, and what programs return takes no gradients.
    NDArray parameter = values.duplicate();
    parameter.attach(scope);
    parameter.setRequiresGradient(true);
    return parameter;
  }

  /** Computes a scalar loss and adds its gradients to the parameters; returns the loss. */
  public static float backward(Supplier<NDArray> loss) {
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray value = loss.get();
      collector.backward(value);
      return value.getFloat();
    }
  }
}
