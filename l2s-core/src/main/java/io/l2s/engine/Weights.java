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
 * Hands a checkpoint's tensors to a program: those that need no conversion as they lie in the
 * mapped file unless they are to be copied, and weights that run in bf16 as a copy. Native thread
 * only.
 */
public final class Weights {

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
    ScalarType stored = type(entry);
    ScalarType wanted =
        switch (precision) {
          case BF16 -> ScalarType.BF16;
          // The program rounds them itself.
          case INT8 -> stored;
          default -> ScalarType.F32;
        };
    ByteBuffer data = entry.map();
    try (NDArray array = array(program.lifetimeScope(), data, entry, stored)) {
      // A conversion and a GPU give the program memory of its own.
      boolean inPlace = stored == wanted && !program.device().isGpu();
      if (inPlace && (copied || precision == Precision.BF16)) {
        try (NDArray own = array.duplicate()) {
          program.run("put", name, own, stored.code(), wanted.code());
        }
      } else {
        if (inPlace) {
          program.keepMapped(entry.file(), data);
        }
        program.run("put", name, array, stored.code(), wanted.code());
      }
    } finally {
      Reference.reachabilityFence(data);
    }
  }

  private static NDArray array(
      NDManager scope, ByteBuffer data, TensorEntry entry, ScalarType stored) {
    List<Long> sizes = entry.shape();
    long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
    if (stored == ScalarType.F32) {
      return scope.create(data, new Shape(shape), DataType.FLOAT32);
    } else if (stored == ScalarType.I8) {
      return scope.create(data, new Shape(shape), DataType.INT8);
    }
    // DJL aborts the JVM on bf16, so tensors of two bytes a number cross as bytes.
    shape[shape.length - 1] *= 2;
    return scope.create(data, new Shape(shape), DataType.INT8);
  }

  private static ScalarType type(TensorEntry entry) {
    TensorType type = entry.type();
    return switch (type) {
      case F32 -> ScalarType.F32;
      case F16 -> ScalarType.F16;
      case BF16 -> ScalarType.BF16;
      case I8 -> ScalarType.I8;
      default ->
          throw new ModelLoadException(
              entry.file(),
              entry.name()
                  + " has type "
                  + type
                  + ", expected F32, F16, BF16 or I8; convert it to one of these");
    };
  }
}
