package io.l2s.checkpoint;

import io.l2s.IoReasons;
import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.List;

/**
 * The place of one tensor in a file.
 *
 * @param shape sizes, outermost first; empty for a scalar
 * @param offset first byte, counted from the start of the file
 */
public record TensorEntry(
    String name, TensorType type, List<Long> shape, Path file, long offset, long byteLength) {

  public TensorEntry {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return byteLength / type.bytes();
  }

  /**
   * The tensor's bytes, mapped read-only, little-endian, from position 0. The mapping lasts as long
   * as the buffer is reachable.
   *
   * @throws ModelLoadException if the file cannot be mapped or the tensor exceeds 2 GiB, the most
   *     that Java maps at once
   */
  public ByteBuffer map() {
    if (byteLength > Integer.MAX_VALUE) {
      throw new ModelLoadException(
          file, name + " has " + byteLength + " bytes, but at most 2 GiB can be mapped");
    }
    try (FileChannel channel = ModelFile.open(file)) {
      return channel
          .map(MapMode.READ_ONLY, offset, byteLength)
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new ModelLoadException(file, List.of("cannot be mapped: " + IoReasons.reason(e)), e);
    }
  }
}
