package io.l2s.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tokenizer files of published models. Each {@code expected.json} names source, license and digest
 * of its file.
 */
class RealTokenizersTest {

  /** A directory that holds the files which may not be stored here, each as NAME.json. */
  private static final String SUPPLIED = "l2s.test.tokenizers";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "t5-small", "smollm2", "mistral-7b-v0.1"})
  void readsAndWritesAsTheReferenceDoes(String name) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    try (InputStream packed =
        Files.newInputStream(Fixtures.resource("tokenizer/real/" + name + ".tokenizer.json.gz"))) {
      Files.copy(new GZIPInputStream(packed), file);
    }
    assertReproduced(name, file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "tinyllama", "llama-3", "qwen3"})
  void readsAndWritesSuppliedFilesAsTheReferenceDoes(String name) throws IOException {
    String supplied = System.getProperty(SUPPLIED);
    assumeTrue(supplied != null, "-D" + SUPPLIED + " names no directory with " + name + ".json");
    assertReproduced(name, Path.of(supplied, name + ".json"));
  }

  private static void assertReproduced(String name, Path file) throws IOException {
    JsonObject expected =
        Fixtures.json(Fixtures.resource("tokenizer/real/" + name + ".expected.json"));
    assertThat(sha256(file)).isEqualTo(expected.get("sha256").getAsString());
    Tokenizer tokenizer = Tokenizer.load(file);
    ReferenceCases.assertReproduced(tokenizer, expected);
    ReferenceCases.assertChunksJoin(tokenizer, 50);
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
