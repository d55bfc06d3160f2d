package io.l2s.assembly;

import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /**
   * Sees to it that {@code target} is there.
   *
   * @throws ModelLoadException if it holds something
   */
  static void createEmpty(Path target) throws IOException {
    Files.createDirectories(target);
    try (Stream<Path> entries = Files.list(target)) {
      if (entries.findAny().isPresent()) {
        throw new ModelLoadException(target, "must not exist or be empty; choose another output");
      }
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
