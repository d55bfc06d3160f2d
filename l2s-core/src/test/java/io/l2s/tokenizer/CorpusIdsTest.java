package io.l2s.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The samples' models were trained on the ids of a tokenizer without a rule for white space. The
 * bundles' tokenizer gives all texts that they were trained, tuned and tested on the same ids.
 *
 * <p>The digests are of the ids by the tokenizer before. Six translations hold zero-width spaces,
 * which it had a token for and the bundles' tokenizer leaves out; they count without these. The
 * corpora are not stored here: {@code -Dl2s.test.corpora=DIR} names a directory that holds them.
 */
class CorpusIdsTest {

  private static final String CORPORA = "l2s.test.corpora";
  private static final Path TOKENIZER =
      Path.of("..", "samples", "models", "en-de", "llm", "tokenizer.json");

  @ParameterizedTest
  @CsvSource({
    "tatoeba.dev.en-de.tsv.gz, 5962c582212306fe257caf7115f84987ba227568c698170dd26ef2de67ace6fc",
    "tatoeba.dev.en-fr.tsv.gz, 2dbe6f174998ad91ae91e5a891480e54b4fdef5998103b12537f8df2b63e6c1d",
    "tatoeba.test.en-de.tsv.gz, cd2ab225d678dc3d063dd2bb154cd659687171dcaca761b6a69462c0294d32fe",
    "tatoeba.test.en-fr.tsv.gz, 96c6ef66ac8e792040c700e6872efb0e9af47e32f75c8a186512521d20024c2e",
    "tatoeba.train.en-de.tsv.gz, 2009c1a01000e0286f98ed6101702f9136f46102a157923c54ccfaaa8e9a7c7e",
    "tatoeba.train.en-fr.tsv.gz, a2d9ba64a9d071cff88b98deaf6b0b46f80726c2cc9dc5f0e865bee6ff96a049",
    "acl-abstract-title.dev.jsonl.gz, 767ad8cb00d0fbbd2b340c55270fced2fd3ed7724f3d98694b54a9541c232e39",
    "acl-abstract-title.test.jsonl.gz, f5bf9e61e30deadb5dc48059ec0b7bb375c885abaa5e30cdce47c31e24471333",
    "acl-abstract-title.train.jsonl.gz, 33a7ef5b36e954e974bde39aa03eed6cbe187a7e5ffc5b82945fd0b7f3b7c30f",
  })
  void idsOfTheCorporaAreThoseOfTheTokenizerBefore(String name, String digest)
      throws IOException, NoSuchAlgorithmException {
    String directory = System.getProperty(CORPORA);
    assumeTrue(
        directory != null,
        "skipped: the ids of " + name + " are checked where -D" + CORPORA + "=DIR names its place");
    Path corpus = Path.of(directory, name);
    assumeTrue(Files.exists(corpus), "skipped: there is no " + corpus);

    assertThat(digest(Tokenizer.load(TOKENIZER), corpus)).isEqualTo(digest);
  }

  private static String digest(Tokenizer tokenizer, Path corpus)
      throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(corpus)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        for (String text : texts(line)) {
          int[] ids = tokenizer.encode(text);
          ByteBuffer bytes = ByteBuffer.allocate(4 * (1 + ids.length)).putInt(ids.length);
          bytes.asIntBuffer().put(ids);
          digest.update(bytes.array());
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The columns of a line, or the abstract and the title of an object. */
  private static List<String> texts(String line) {
    if (!line.startsWith("{")) {
      return List.of(line.split("\t"));
    }
    JsonObject paper = JsonParser.parseString(line).getAsJsonObject();
    return List.of(paper.get("text").getAsString(), paper.get("title").getAsString());
  }
}
