package io.l2s.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.l2s.Excerpt;
import io.l2s.ModelLoadException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The table of contents of a safetensors file, checked against the file before any byte of weights
 * is read.
 *
 * @param tensors entries by name, in the header's order
 * @param metadata the header's {@code __metadata__}
 * @param stamp the file as it was before its header was read
 */
public record SafetensorsFile(
    Map<String, TensorEntry> tensors, Map<String, String> metadata, FileStamp stamp) {

  // The reference implementation allows 100 MB, of which a tree may take a gigabyte of heap.
  private static final long MAX_HEADER_BYTES = StrictJson.MAX_TABLE_BYTES;
  private static final int MAX_SHOWN = 60;
  private static final String METADATA = "__metadata__";
  private static final String LFS_POINTER = "version https://git-lfs";

  /**
   * Reads the header of {@code file}.
   *
   * @throws ModelLoadException with every problem: a header that is too long or malformed, unknown
   *     types, shapes that do not fit their bytes, bytes outside the file, overlaps, holes
   */
  public static SafetensorsFile open(Path file) {
    ModelFile.requireRegular(file);
    FileStamp stamp = FileStamp.of(file);
    try (FileChannel channel = ModelFile.open(file)) {
      SafetensorsFile read = read(file, channel, stamp);
      stamp.requireSame();
      return read;
    } catch (IOException e) {
      throw ModelLoadException.unreadable(file, e);
    }
  }

  private static SafetensorsFile read(Path file, FileChannel channel, FileStamp stamp)
      throws IOException {
    long size = channel.size();
    if (size < 8) {
      throw new ModelLoadException(file, "is truncated: " + size + " bytes, a header needs 8");
    }
    if (size >= LFS_POINTER.length()
        && text(bytes(channel, 0, LFS_POINTER.length())).equals(LFS_POINTER)) {
      throw new ModelLoadException(
          file, "is a pointer of Git LFS and holds no weights; fetch them with git lfs pull");
    }
    long length = bytes(channel, 0, 8).getLong();
    if (length < 2 || length > MAX_HEADER_BYTES) {
      throw new ModelLoadException(
          file,
          "header length must be between 2 and "
              + MAX_HEADER_BYTES
              + ", but was "
              + Long.toUnsignedString(length)
              + "; the file is damaged or no safetensors file: fetch it again");
    }
    if (length > size - 8) {
      throw new ModelLoadException(
          file, "is truncated: its header has " + length + " bytes, the file only " + size);
    }
    byte[] header = bytes(channel, 8, (int) length).array();
    if (header[0] != '{') {
      throw new ModelLoadException(file, "has a header that does not begin with {");
    }
    return new Reader(stamp, 8 + length, size).read(StrictJson.parse(file, header));
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.ISO_8859_1.decode(bytes).toString();
  }

  private static ByteBuffer bytes(FileChannel channel, long from, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new EOFException();
      }
    }
    return buffer.flip();
  }

  /** Collects the entries and the problems of one header. */
  private static final class Reader {

    private final Path file;
    private final FileStamp stamp;
    private final long dataStart;
    private final long size;
    private final List<String> problems = new ArrayList<>();
    private final List<String> beyond = new ArrayList<>();
    private final Map<String, TensorEntry> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    Reader(FileStamp stamp, long dataStart, long size) {
      this.file = stamp.file();
      this.stamp = stamp;
      this.dataStart = dataStart;
      this.size = size;
    }

    SafetensorsFile read(JsonObject header) {
      header.entrySet().forEach(entry -> add(entry.getKey(), entry.getValue()));
      if (!beyond.isEmpty()) {
        // A truncated file breaks every tensor after the cut; one message is enough.
        problems.add(
            beyond.get(0)
                + (beyond.size() > 1 ? " and " + (beyond.size() - 1) + " more lie beyond" : "")
                + ", but the file holds "
                + (size - dataStart)
                + " bytes of data: it is truncated");
      }
      checkCoverage(problems.isEmpty());
      if (!problems.isEmpty()) {
        throw new ModelLoadException(file, problems);
      }
      return new SafetensorsFile(
          Collections.unmodifiableMap(tensors), Collections.unmodifiableMap(metadata), stamp);
    }

    private void add(String name, JsonElement element) {
      if (name.equals(METADATA)) {
        addMetadata(element);
        return;
      }
      try {
        addTensor(name, element);
      } catch (IllegalStateException e) {
        problems.add(name + " is malformed: " + e.getMessage());
      }
    }

    private void addMetadata(JsonElement element) {
      try {
        object(element)
            .entrySet()
            .forEach(entry -> metadata.put(entry.getKey(), text(entry.getKey(), entry.getValue())));
      } catch (IllegalStateException e) {
        problems.add(METADATA + " is malformed: " + e.getMessage());
      }
    }

    private void addTensor(String name, JsonElement element) {
      JsonObject fields = object(element);
      String dtype = text("dtype", fields.get("dtype"));
      TensorType type =
          Arrays.stream(TensorType.values())
              .filter(known -> known.name().equals(dtype))
              .findFirst()
              .orElse(null);
      List<Long> shape = longs("shape", fields);
      List<Long> offsets = longs("data_offsets", fields);
      if (shape.stream().anyMatch(size -> size < 0 || size > Integer.MAX_VALUE)) {
        problems.add(
            name
                + " of shape "
                + shape
                + " does not fit any file: each size must be between 0 and "
                + Integer.MAX_VALUE);
      } else if (type == null) {
        problems.add(name + " has the unknown dtype " + dtype);
      } else if (offsets.size() != 2 || offsets.get(0) < 0 || offsets.get(1) < offsets.get(0)) {
        problems.add(name + " has data_offsets " + offsets + ", which are no range");
      } else if (offsets.get(1) > size - dataStart) {
        beyond.add(name + " has data_offsets " + offsets);
      } else {
        long length = offsets.get(1) - offsets.get(0);
        if (length != byteLength(shape, type)) {
          problems.add(
              name
                  + " of shape "
                  + shape
                  + " and type "
                  + type
                  + " does not fit its "
                  + length
                  + " bytes");
        }
        tensors.put(
            name, new TensorEntry(name, type, shape, file, dataStart + offsets.get(0), length));
      }
    }

    private static JsonObject object(JsonElement element) {
      if (element instanceof JsonObject object) {
        return object;
      }
      throw malformed("it", "an object", element);
    }

    private static String text(String field, @Nullable JsonElement element) {
      return primitive(element, JsonPrimitive::isString, field, "a text").getAsString();
    }

    private static List<Long> longs(String field, JsonObject fields) {
      JsonElement element = fields.get(field);
      if (!(element instanceof JsonArray array)) {
        throw malformed(field, "a list of whole numbers", element);
      }
      List<Long> values = new ArrayList<>();
      for (JsonElement each : array) {
        try {
          values.add(
              primitive(each, JsonPrimitive::isNumber, field, "whole numbers")
                  .getAsBigDecimal()
                  .longValueExact());
        } catch (ArithmeticException e) {
          throw malformed(field, "whole numbers below 2^63", each);
        }
      }
      return values;
    }

    // Gson's own getters turn "2" and [2] into 2.
    private static JsonPrimitive primitive(
        @Nullable JsonElement element, Predicate<JsonPrimitive> is, String field, String bound) {
      if (element instanceof JsonPrimitive primitive && is.test(primitive)) {
        return primitive;
      }
      throw malformed(field, bound, element);
    }

    private static IllegalStateException malformed(
        String field, String bound, @Nullable JsonElement found) {
      String value = found == null ? "missing" : Excerpt.of(found.toString(), MAX_SHOWN);
      return new IllegalStateException(field + " must be " + bound + ", but was " + value);
    }

    /** -1 where no file could hold such a tensor. */
    private static long byteLength(List<Long> shape, TensorType type) {
      try {
        return shape.stream().anyMatch(dimension -> dimension < 0)
            ? -1
            : shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
      } catch (ArithmeticException e) {
        return -1;
      }
    }

    /** Where a faulty entry was left out, its bytes are no hole, so only overlaps are checked. */
    private void checkCoverage(boolean complete) {
      List<TensorEntry> inOrder = new ArrayList<>(tensors.values());
      inOrder.sort(
          Comparator.comparingLong(TensorEntry::offset).thenComparingLong(TensorEntry::byteLength));
      long end = dataStart;
      String furthest = "the header";
      for (TensorEntry entry : inOrder) {
        if (entry.offset() < end) {
          problems.add(entry.name() + " overlaps " + furthest);
        } else if (entry.offset() > end && complete) {
          problems.add("there is a hole between " + furthest + " and " + entry.name());
        }
        if (entry.offset() + entry.byteLength() >= end) {
          end = entry.offset() + entry.byteLength();
          furthest = entry.name();
        }
      }
      if (problems.isEmpty() && end != size) {
        problems.add(size - end + " bytes after the last tensor belong to none");
      }
    }
  }
}
