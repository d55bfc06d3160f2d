package io.l2s.checkpoint;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One tensor to be written.
 *
 * @param shape sizes, outermost first
 * @param data little-endian bytes from position to limit
 */
public record TensorData(String name, TensorType type, List<Long> shape, ByteBuffer data) {

  public TensorData {
    shape = List.copyOf(shape);
    long bytes = shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
    if (bytes != data.remaining()) {
      throw new IllegalArgumentException(
          name
              + " of shape "
              + shape
              + " needs "
              + bytes
              + " bytes, but was given "
              + data.remaining());
    }
  }
}
