package io.l2s.checkpoint;

import io.l2s.ModelLoadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory in which a checkpoint made of another is written. */
public final class OutputDirectory {

  // Hugging Face repositories hold weights of several frameworks, with indices of shards.
  private static final Pattern WEIGHTS =
      Pattern.compile(
          ".*\\.(safetensors|bin|pt|pth|ckpt|h5|msgpack|ot|onnx|gguf|tflite)(\\.index\\.json)?");

  // Written anew, or true for the source's weights only.
  private static final Set<String> REWRITTEN =
      Set.of(CheckpointFiles.CONFIG, CheckpointFiles.INT8_RECORD);

  private static final Logger LOG = LoggerFactory.getLogger(OutputDirectory.class);

  /** Directories that are being filled, and whether they were made for it. */
  private static final Map<Path, Boolean> UNFINISHED = new ConcurrentHashMap<>();

  private OutputDirectory() {}

  /**
   * Sees to it that {@code target} is there.
   *
   * @throws ModelLoadException if it holds something or is no directory
   */
  private static void createEmpty(Path target) throws IOException {
    if (ModelFile.isThere(target)) {
      ModelFile.requireDirectory(target);
    }
    Files.createDirectories(target);
    try (Stream<Path> entries = Files.list(target)) {
      if (entries.findAny().isPresent()) {
        throw new ModelLoadException(target, "must not exist or be empty; choose another output");
      }
    }
  }

  /** Something that is written into a directory. */
  public interface Content<T> {
    T write() throws IOException;
  }

  /**
   * Has {@code content} written into {@code target}, which must not exist or be empty, and leaves
   * it so if that fails.
   *
   * @throws ModelLoadException if {@code target} holds something or is no directory
   * @throws UncheckedIOException naming the file that the disk refuses
   */
  public static <T> T fill(Path target, Content<T> content) {
    boolean made = !Files.exists(target);
    try {
      createEmpty(target);
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
    boolean done = false;
    UNFINISHED.put(target, made);
    try {
      T result = content.write();
      done = true;
      return result;
    } catch (IOException e) {
      throw cannotWrite(target, e);
    } finally {
      UNFINISHED.remove(target);
      if (!done) {
        empty(target, made);
      }
    }
  }

  /** Deletes what is being written, in a process that ends before it is whole. */
  public static void deleteUnfinished() {
    UNFINISHED.forEach(
        (target, made) -> {
          // It may lie in another one that is gone already.
          if (Files.exists(target)) {
            deleteUnfinished(target, made);
          }
        });
  }

  private static void deleteUnfinished(Path target, boolean made) {
    // The writer is still at work: under another name it makes no further file in there.
    Path aside = target.resolveSibling(target.getFileName() + ".unfinished");
    try {
      Files.move(target, aside);
      if (!made) {
        Files.createDirectory(target);
      }
    } catch (IOException e) {
      empty(target, made);
      return;
    }
    empty(aside, true);
  }

  /** Deletes {@code directory}, or a file, with all that it holds, if it is there. */
  public static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      clear(directory);
      Files.delete(directory);
    }
  }

  /** The failure to write into {@code directory}. */
  public static UncheckedIOException cannotWrite(Path directory, IOException cause) {
    return new UncheckedIOException("cannot write " + file(directory, cause), cause);
  }

  private static String file(Path directory, IOException cause) {
    if (!(cause instanceof FileSystemException failure)) {
      return directory.toString();
    }
    // A copy or a move is refused for its target.
    String file = failure.getOtherFile() == null ? failure.getFile() : failure.getOtherFile();
    return file == null ? directory.toString() : file;
  }

  private static void clear(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        if (!each.equals(directory)) {
          Files.delete(each);
        }
      }
    }
  }

  // Remaining files would keep another attempt from starting.
  private static void empty(Path target, boolean deleted) {
    try {
      clear(target);
      if (deleted) {
        Files.delete(target);
      }
    } catch (IOException | UncheckedIOException e) {
      // The failure that is under way says more than this one.
      LOG.warn("cannot delete what was written into {}", target, e);
    }
  }

  /** Copies a checkpoint's files but {@code config.json} and weights. */
  public static void copyFilesBesideWeights(Path source, Path target) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(source)) {
      files = entries.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (!WEIGHTS.matcher(name).matches() && !REWRITTEN.contains(name)) {
        Files.copy(file, target.resolve(name));
      }
    }
  }
}
