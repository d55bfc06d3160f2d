package io.l2s.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Hands a checkpoint's tensors to a program: float32 and int8 weights as they lie in the mapped
 * file unless they are to be copied, other formats copied once. Native thread only.
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

  /** Calls the program's {@code put} for a copy of one tensor, under the tensor's own name. */
  public static void putCopy(Program program, TensorEntry entry, Precision precision) {
    put(program, entry.name(), entry, precision, true);
  }

  /**
   * Calls the program's {@code put} for one tensor.
   *
   * @param name the program's name for it
   * @param copied whether the program gets weights of its own and none that lie in the file
   */
  public static void put(
      Program program, String name, TensorEntry entry, Precision precision, boolean copied) {
    int stored = code(entry);
    int wanted =
        switch (precision) {
          case BF16 -> BF16;
          // The program rounds them itself.
          case INT8 -> stored;
          default -> F32;
        };
    ByteBuffer data = entry.map();
    try (NDArray array = array(program.lifetimeScope(), data, entry, stored)) {
      boolean inPlace = stored == wanted && (stored == F32 || stored == I8);
      if (!inPlace || program.device().isGpu()) {
        program.run("put", name, array, stored, wanted);
      } else if (copied) {
        try (NDArray own = array.duplicate()) {
          program.run("put", name, own, stored, wanted);
        }
      } else {
        program.keepMapped(entry.file(), data);
        program.run("put", name, array, stored, wanted);
      }
    } finally {
      Reference.reachabilityFence(data);
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
