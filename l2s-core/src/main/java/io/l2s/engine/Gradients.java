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
    return backward(loss, 1);
  }

  /**
   * Computes a scalar loss and adds its gradients, times {@code weight}, to the parameters; returns
   * the loss.
   */
  public static float backward(Supplier<NDArray> loss, double weight) {
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray value = loss.get();
      collector.backward(weight == 1 ? value : value.mul(weight));
      return value.getFloat();
    }
  }

  /** Starts the engine's random numbers, as dropout draws them, at a place that the seed fixes. */
  public static void seed(int seed) {
    Engine.getEngine("PyTorch").setRandomSeed(seed);
  }
}
