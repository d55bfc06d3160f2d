package io.l2s.test;

import io.l2s.Bundle;
import io.l2s.assembly.BundleReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A real pair of models of 0.9 MB, for tests that need the engine and no sense: a Llama that reads
 * and a GPT-2 that writes, with the routes {@code HYBRID} and {@code LLM_ONLY}. They run in f32 on
 * every processor, so the same prompt has the same answer. Such tests need the native library of
 * their platform.
 *
 * <p>The models were trained on sentences of Tatoeba (tatoeba.org, CC BY 2.0 FR); the README beside
 * them says more.
 */
public final class TinyPair {

  /** The value of {@code l2s.bundle} for this pair. */
  public static final String LOCATION = "classpath:io/l2s/test/tiny-pair";

  private static final String MANIFEST = "l2s.json";
  private static final List<String> FILES =
      List.of(
          "llm/config.json",
          "llm/generation_config.json",
          "llm/model.safetensors",
          "llm/tokenizer.json",
          "llm/tokenizer_config.json",
          "projector.safetensors",
          "slm/config.json",
          "slm/generation_config.json",
          "slm/model.safetensors",
          "slm/tokenizer.json",
          "slm/tokenizer_config.json",
          MANIFEST);

  private TinyPair() {}

  /** The pair's bundle, in a temporary directory that is removed when the JVM ends. */
  public static Bundle bundle() {
    return Extracted.BUNDLE;
  }

  private static final class Extracted {

    static final Bundle BUNDLE = BundleReader.open(extract());

    private static Path extract() {
      try {
        Path directory = Files.createTempDirectory("l2s-tiny-pair");
        // The JVM deletes in the reverse order, so files come before their directory.
        directory.toFile().deleteOnExit();
        for (String file : FILES) {
          Path target = directory.resolve(file);
          if (Files.notExists(target.getParent())) {
            Files.createDirectory(target.getParent()).toFile().deleteOnExit();
          }
          target.toFile().deleteOnExit();
          copy(file, target);
        }
        return directory;
      } catch (IOException e) {
        throw new UncheckedIOException("cannot extract the tiny pair: " + e.getMessage(), e);
      }
    }

    private static void copy(String file, Path target) throws IOException {
      try (InputStream in = TinyPair.class.getResourceAsStream("tiny-pair/" + file)) {
        if (in == null) {
          throw new IOException(file + " is not in the library l2s-test");
        }
        Files.copy(in, target);
      }
    }
  }
}
