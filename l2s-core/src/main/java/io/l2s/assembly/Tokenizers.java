package io.l2s.assembly;

import io.l2s.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Loads the tokenizers of a pair. Two files of the same content are read once, as the models of a
 * pair mostly have copies of one file.
 */
final class Tokenizers {

  private final Map<Path, Tokenizer> loaded = new LinkedHashMap<>();

  /**
   * The tokenizer of {@code file}.
   *
   * @throws io.l2s.ModelLoadException if the file is missing or unfit
   */
  Tokenizer load(Path file) {
    Tokenizer tokenizer =
        loaded.entrySet().stream()
            .filter(known -> haveSameContent(known.getKey(), file))
            .findFirst()
            .map(Map.Entry::getValue)
            .orElseGet(() -> Tokenizer.load(file));
    loaded.put(file, tokenizer);
    return tokenizer;
  }

  /** Whether two files are there and have the same bytes. */
  static boolean haveSameContent(Path one, Path other) {
    try {
      return Files.mismatch(one, other) == -1;
    } catch (IOException e) {
      // Loading names the file and the reason.
      return false;
    }
  }
}
