package io.l2s.checkpoint;

import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for stored numbers with which no model can compute: NaN and the infinities. Loading does
 * not look, since it would read all weights; a model with such numbers fails in its answers.
 */
public final class FiniteValues {

  private static final int CHUNK = 1 << 20;
  private static final int F16_EXPONENT = 0x7C00;
  private static final int BF16_EXPONENT = 0x7F80;

  private FiniteValues() {}

  /**
   * Reads all values of those {@code tensors} that have a weight format.
   *
   * @param place the file or directory of the tensors, for messages
   * @throws ModelLoadException naming each tensor that has values that are not finite, or a file
   *     that cannot be read
   */
  public static void require(Path place, Collection<TensorEntry> tensors) {
    Map<Path, List<TensorEntry>> files = new LinkedHashMap<>();
    tensors.stream()
        .filter(each -> each.type().isWeight())
        .forEach(each -> files.computeIfAbsent(each.file(), file -> new ArrayList<>()).add(each));
    List<String> problems = new ArrayList<>();
    files.forEach((file, ofFile) -> problems.addAll(problems(file, ofFile)));
    if (!problems.isEmpty()) {
      throw new ModelLoadException(files.size() == 1 ? onlyFile(files) : place, problems);
    }
  }

  private static Path onlyFile(Map<Path, List<TensorEntry>> files) {
    return files.keySet().iterator().next();
  }

  private static List<String> problems(Path file, List<TensorEntry> tensors) {
    List<String> problems = new ArrayList<>();
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = ModelFile.open(file)) {
      for (TensorEntry tensor : tensors) {
        long count = notFinite(channel, tensor, chunk);
        if (count > 0) {
          problems.add(
              tensor.name()
                  + " of "
                  + file.getFileName()
                  + " has "
                  + count
                  + " values of "
                  + tensor.elements()
                  + " that are not finite; the file is damaged or its training failed");
        }
      }
    } catch (IOException e) {
      throw ModelLoadException.unreadable(file, e);
    }
    return problems;
  }

  private static long notFinite(FileChannel channel, TensorEntry tensor, ByteBuffer chunk)
      throws IOException {
    long count = 0;
    long end = tensor.offset() + tensor.byteLength();
    for (long at = tensor.offset(); at < end; at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(CHUNK, end - at));
      while (chunk.hasRemaining()) {
        if (channel.read(chunk, at + chunk.position()) < 0) {
          throw new IOException("it ends before " + tensor.name() + " does");
        }
      }
      count += notFinite(chunk.flip(), tensor.type());
    }
    return count;
  }

  /**
   * Number of {@code values}, up to their limit, that are not finite: all bits of the exponent are
   * set. Formats without such numbers have none.
   */
  public static long notFinite(ByteBuffer values, TensorType type) {
    long count = 0;
    for (int at = 0; type.isWeight() && at < values.limit(); at += type.bytes()) {
      boolean finite =
          switch (type) {
            case F32 -> Float.isFinite(values.getFloat(at));
            case F16 -> (values.getShort(at) & F16_EXPONENT) != F16_EXPONENT;
            case BF16 -> (values.getShort(at) & BF16_EXPONENT) != BF16_EXPONENT;
            default -> true;
          };
      count += finite ? 0 : 1;
    }
    return count;
  }
}
