package io.l2s.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Moves float32 arrays between the engine and safetensors files. Native thread only. */
public final class Float32Tensors {

  private Float32Tensors() {}

  public static List<Long> shape(NDArray array) {
    return Arrays.stream(array.getShape().getShape()).boxed().toList();
  }

  /** Values of {@code array} as float32, copied when they are written. */
  public static TensorData data(String name, NDArray array) {
    return new TensorData(name, TensorType.F32, shape(array), () -> bytes(array));
  }

  /** Values of {@code array} rounded to the nearest bfloat16, copied when they are written. */
  public static TensorData bf16Data(String name, NDArray array) {
    return new TensorData(name, TensorType.BF16, shape(array), () -> bf16Bytes(array));
  }

  private static ByteBuffer bf16Bytes(NDArray array) {
    ByteBuffer wide = bytes(array);
    ByteBuffer narrow = ByteBuffer.allocate(wide.remaining() / 2).order(ByteOrder.LITTLE_ENDIAN);
    while (wide.hasRemaining()) {
      int bits = wide.getInt();
      // Round to nearest, ties to even; weights are finite, so the carry cannot make a NaN.
      narrow.putShort((short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16));
    }
    return narrow.flip();
  }

  private static ByteBuffer bytes(NDArray array) {
    float[] values = array.toFloatArray();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  /** Overwrites {@code array} with the stored float32 values of the same shape. */
  public static void fill(NDArray array, TensorEntry stored) {
    try (NDArray values =
        array
            .getManager()
            .create(stored.map().asFloatBuffer(), new Shape(array.getShape().getShape()))) {
      // NDArray.copyTo would make the engine print a warning of its own code.
      try (NDArray shared = array.stopGradient()) {
        shared.set(new NDIndex(":"), values);
      }
    }
  }
}
