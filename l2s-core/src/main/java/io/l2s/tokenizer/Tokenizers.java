package io.l2s.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Loads the tokenizers of a pair. Two files of the same content are read once, as the models of a
 * pair mostly have copies of one file. Not thread-safe.
 */
public final class Tokenizers {

  private final Map<Path, CompletableFuture<Tokenizer>> loaded = new LinkedHashMap<>();

  /** Begins to read {@code file} on another thread; {@link #load} reports what is wrong with it. */
  public void begin(Path file) {
    loading(file);
  }

  /**
   * The tokenizer of {@code file}.
   *
   * @throws io.l2s.ModelLoadException if the file is missing or unfit
   */
  public Tokenizer load(Path file) {
    try {
      return loading(file).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private CompletableFuture<Tokenizer> loading(Path file) {
    CompletableFuture<Tokenizer> known = loaded.get(file);
    if (known != null) {
      return known;
    }
    CompletableFuture<Tokenizer> loading =
        loaded.entrySet().stream()
            .filter(other -> haveSameContent(other.getKey(), file))
            .findFirst()
            .map(Map.Entry::getValue)
            .orElseGet(() -> CompletableFuture.supplyAsync(() -> Tokenizer.load(file)));
    loaded.put(file, loading);
    return loading;
  }

  /**
   * Whether the tokenizers of two files have the same tokens under the same ids.
   *
   * @throws io.l2s.ModelLoadException if the files differ and one is missing or unfit
   */
  public boolean haveOneVocabulary(Path one, Path other) {
    // Files of the same content need not be read.
    return loading(one).equals(loading(other))
        || load(one).vocabulary().equals(load(other).vocabulary());
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
