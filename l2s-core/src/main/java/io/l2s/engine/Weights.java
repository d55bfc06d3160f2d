package io.l2s.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * Hands a checkpoint's tensors to a program: float32 weights as they lie in the mapped file, other
 * formats copied once. Native thread only.
 */
public final class Weights {

  /** PyTorch's code of float32, as a program's {@code put} takes it. */
  public static final int F32 = 6;

  // DJL aborts the JVM on bf16, so tensors of these formats cross as bytes.
  private static final int I8 = 1;
  private static final int F16 = 5;

  /** PyTorch's code of bfloat16. */
  public static final int BF16 = 15;

  private Weights() {}

  /**
   * Calls the program's {@code put} for each of the named tensors.
   *
   * @param inFloat32 names of the tensors that stay float32 in every precision
   */
  public static void put(
      Program program,
      Checkpoint checkpoint,
      Collection<String> names,
      Precision precision,
      Predicate<String> inFloat32) {
    for (String name : names) {
      Precision format = inFloat32.test(name) ? Precision.F32 : precision;
      put(program, checkpoint.tensors().get(name), format);
    }
  }

  /** Calls the program's {@code put} for one tensor. */
  public static void put(Program program, TensorEntry entry, Precision precision) {
    int stored = code(entry);
    int wanted =
        switch (precision) {
          case BF16 -> BF16;
          // The program rounds them itself.
          case INT8 -> stored;
          default -> F32;
        };
    ByteBuffer data = entry.map();
    program.keepAlive(data);
    try (NDArray array = array(program.lifetimeScope(), data, entry, stored)) {
      program.run("put", entry.name(), array, stored, wanted);
    }
  }

  private static NDArray array(NDManager scope, ByteBuffer data, TensorEntry entry, int stored) {
    List<Long> sizes = entry.shape();
    long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
    if (stored == F32) {
      return scope.create(data, new Shape(shape), DataType.FLOAT32);
    } else if (stored == I8) {
      return scope.create(data, new Shape(shape), DataType.INT8);
    }
    shape[shape.length - 1] *= 2;
    return scope.create(data, new Shape(shape), DataType.INT8);
  }

  private static int code(TensorEntry entry) {
    TensorType type = entry.type();
    return switch (type) {
      case F32 -> F32;
      case F16 -> F16;
      case BF16 -> BF16;
      case I8 -> I8;
      default ->
          throw new ModelLoadException(
              entry.file(), entry.name() + " has type " + type + ", expected F32, F16, BF16 or I8");
    };
  }
}
