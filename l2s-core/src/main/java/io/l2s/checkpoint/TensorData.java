package io.l2s.checkpoint;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/**
 * One tensor to be written.
 *
 * @param shape sizes, outermost first
 * @param data gives little-endian bytes from position to limit, when they are to be written
 */
public record TensorData(
    String name, TensorType type, List<Long> shape, Supplier<ByteBuffer> data) {

  public TensorData {
    shape = List.copyOf(shape);
  }

  /**
   * A tensor whose bytes are at hand.
   *
   * @throws IllegalArgumentException if they are not as many as the shape says
   */
  public TensorData(String name, TensorType type, List<Long> shape, ByteBuffer data) {
    this(name, type, shape, data::duplicate);
    bytes();
  }

  /** Number of bytes that the shape asks for. */
  long byteLength() {
    return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
  }

  ByteBuffer bytes() {
    ByteBuffer bytes = data.get();
    if (bytes.remaining() != byteLength()) {
      throw new IllegalArgumentException(
          name
              + " of shape "
              + shape
              + " needs "
              + byteLength()
              + " bytes, but was given "
              + bytes.remaining());
    }
    return bytes;
  }
}
