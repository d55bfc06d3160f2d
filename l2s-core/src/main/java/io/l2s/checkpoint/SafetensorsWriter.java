package io.l2s.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/** Writes safetensors files whole or not at all. */
public final class SafetensorsWriter {

  private SafetensorsWriter() {}

  /**
   * Writes the tensors in the order given. The file appears under its name only when all of it is
   * on the disk; until then an earlier file stays. The data of one tensor are fetched at a time.
   *
   * @throws IllegalArgumentException if two tensors have one name, or one is named {@code
   *     __metadata__}, or data are not as long as their shape says; nothing is written then
   * @throws UncheckedIOException if the disk refuses
   */
  public static void write(Path file, Map<String, String> metadata, List<TensorData> tensors) {
    ByteBuffer header = header(metadata, tensors);
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try {
      try (FileChannel channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        writeFully(channel, header);
        for (TensorData tensor : tensors) {
          writeFully(channel, tensor.bytes());
        }
        channel.force(true);
      }
      Files.move(
          unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(unfinished, e);
      throw new UncheckedIOException("cannot write " + file, e);
    } catch (RuntimeException | Error e) {
      delete(unfinished, e);
      throw e;
    }
  }

  private static void delete(Path unfinished, Throwable failure) {
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static ByteBuffer header(Map<String, String> metadata, List<TensorData> tensors) {
    JsonObject header = new JsonObject();
    JsonObject properties = new JsonObject();
    metadata.forEach(properties::addProperty);
    header.add("__metadata__", properties);
    long offset = 0;
    for (TensorData tensor : tensors) {
      JsonObject entry = new JsonObject();
      entry.addProperty("dtype", tensor.type().name());
      entry.add("shape", array(tensor.shape()));
      long end = offset + tensor.byteLength();
      entry.add("data_offsets", array(List.of(offset, end)));
      if (header.has(tensor.name())) {
        throw new IllegalArgumentException("two tensors are named " + tensor.name());
      }
      header.add(tensor.name(), entry);
      offset = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    // Padded so that the data, which readers map, starts at a multiple of eight.
    int length = (json.length + 7) / 8 * 8;
    ByteBuffer buffer = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(length).put(json);
    while (buffer.hasRemaining()) {
      buffer.put((byte) ' ');
    }
    return buffer.flip();
  }

  private static JsonArray array(List<Long> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
