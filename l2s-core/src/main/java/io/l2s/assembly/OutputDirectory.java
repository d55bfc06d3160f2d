package io.l2s.assembly;

import io.l2s.ModelLoadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A directory in which a checkpoint made of another is written. */
final class OutputDirectory {

  // Of every framework that Hugging Face repositories hold files of, with indices of shards.
  private static final Pattern WEIGHTS =
      Pattern.compile(
          ".*\\.(safetensors|bin|pt|pth|ckpt|h5|msgpack|ot|onnx|gguf|tflite)(\\.index\\.json)?");

  private OutputDirectory() {}

  /** Writes files into a directory that is there and empty. */
  interface Writing<T> {
    T run() throws IOException;
  }

  /**
   * Makes {@code target} and has it written; where that fails, all is as before, so that a retry is
   * not refused.
   *
   * @throws ModelLoadException if it holds something
   */
  static <T> T write(Path target, Writing<T> writing) throws IOException {
    boolean there = Files.exists(target);
    createEmpty(target);
    try {
      return writing.run();
    } catch (IOException | RuntimeException | Error e) {
      clear(target, there, e);
      throw e;
    }
  }

  private static void createEmpty(Path target) throws IOException {
    Files.createDirectories(target);
    try (Stream<Path> entries = Files.list(target)) {
      if (entries.findAny().isPresent()) {
        throw new ModelLoadException(target, "must not exist or be empty; choose another output");
      }
    }
  }

  private static void clear(Path target, boolean keepsItself, Throwable cause) {
    try (Stream<Path> written = Files.walk(target)) {
      for (Path each : written.sorted(Comparator.reverseOrder()).toList()) {
        if (!keepsItself || !each.equals(target)) {
          Files.delete(each);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Copies a checkpoint's files but {@code config.json} and weights. */
  static void copyFilesBesideWeights(Path source, Path target) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(source)) {
      files = entries.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (!WEIGHTS.matcher(name).matches() && !name.equals("config.json")) {
        Files.copy(file, target.resolve(name));
      }
    }
  }
}
