package io.l2s.checkpoint;
import java.nio.*; import java.nio.channels.*; import java.nio.file.*; import java.util.*;
public record TensorEntry(String name, TensorType type, List<Long> shape, Path file, long offset, long byteLength) {
  public ByteBuffer map() { try (FileChannel c = FileChannel.open(file)) { return c.map(FileChannel.MapMode.READ_ONLY, offset, byteLength).slice().order(ByteOrder.LITTLE_ENDIAN); } catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e);} }
}
