package io.l2s.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A program's weights in training: float32, with gradients. Native thread only. */
public final class TrainableWeights implements AutoCloseable {

  private final Program program;
  private final NDManager scope;
  private final Map<String, NDArray> weights = new LinkedHashMap<>();

  public TrainableWeights(NativeRuntime runtime, Program program) {
    this.program = program;
    this.scope = runtime.newScope();
  }

  /** Makes a weight of {@code shape}, each value drawn from {@code values}. */
  public void draw(String name, Supplier<Float> values, long... shape) {
    Shape sizes = new Shape(shape);
    FloatBuffer drawn = FloatBuffer.allocate(Math.toIntExact(sizes.size()));
    while (drawn.hasRemaining()) {
      drawn.put(values.get());
    }
    add(name, scope.create(drawn.flip(), sizes));
  }

  /** Makes a weight of a tensor that was {@code put} into the program. */
  public void adopt(String name) {
    add(name, program.tensor(scope, "get", name));
  }

  /** Takes in a tensor that was {@code put} into the program and takes no gradients. */
  public void keep(String name) {
    weights.put(name, program.tensor(scope, "get", name));
  }

  private void add(String name, NDArray values) {
    try (values) {
      // A copy in any case: mapped files are read-only, and what programs return takes no
      // gradients.
      NDArray weight = values.toDevice(program.device(), false).duplicate();
      weight.attach(scope);
      weight.setRequiresGradient(true);
      weights.put(name, weight);
      program.run("put", name, weight, ScalarType.F32.code(), ScalarType.F32.code());
    }
  }

  /** Lets them take no gradients from now on. */
  public void freeze() {
    weights.values().forEach(weight -> weight.setRequiresGradient(false));
  }

  /** The weights by name, in the order made, those without gradients included. */
  public Map<String, NDArray> byName() {
    return Collections.unmodifiableMap(weights);
  }

  @Override
  public void close() {
    scope.close();
  }
}
