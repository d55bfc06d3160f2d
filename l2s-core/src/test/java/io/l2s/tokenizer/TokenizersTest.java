package io.l2s.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizersTest {

  @TempDir Path directory;

  @Test
  void filesOfTheSameContentAreReadOnce() throws IOException {
    Path file = Fixture.path("t5-llm").resolve("tokenizer.json");
    Path copy = Files.copy(file, directory.resolve("copy.json"));
    Path other = Files.writeString(directory.resolve("other.json"), Files.readString(file) + "\n");
    Tokenizers tokenizers = new Tokenizers();

    assertThat(tokenizers.load(copy)).isSameAs(tokenizers.load(file));
    assertThat(tokenizers.load(other)).isNotSameAs(tokenizers.load(file));
  }

  @Test
  void aTokenizerReadAheadIsTheOneThatIsLoaded() {
    Path file = Fixture.path("t5-llm").resolve("tokenizer.json");
    Tokenizers tokenizers = new Tokenizers();

    tokenizers.begin(file);

    assertThat(tokenizers.load(file)).isSameAs(tokenizers.load(file));
  }

  @Test
  void aFailureOfReadingAheadIsReportedWhereTheTokenizerIsNeeded() throws IOException {
    Path broken = Files.writeString(directory.resolve("tokenizer.json"), "{");
    Tokenizers tokenizers = new Tokenizers();

    tokenizers.begin(broken);

    assertThatThrownBy(() -> tokenizers.load(broken))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(broken.toString());
  }

  @Test
  void tokenizersOfTheSameTokensAndIdsHaveOneVocabulary() throws IOException {
    Path file = Fixture.path("t5-llm").resolve("tokenizer.json");
    Path other = Files.writeString(directory.resolve("other.json"), Files.readString(file) + "\n");
    Tokenizers tokenizers = new Tokenizers();

    assertThat(tokenizers.haveOneVocabulary(file, other)).isTrue();
    assertThat(tokenizers.haveOneVocabulary(file, Fixture.path("gpt2").resolve("tokenizer.json")))
        .isFalse();
  }

  @Test
  void filesOfTheSameContentHaveOneVocabularyThatNeedNotBeRead() throws IOException {
    Path broken = Files.writeString(directory.resolve("tokenizer.json"), "{");
    Path copy = Files.copy(broken, directory.resolve("copy.json"));

    assertThat(new Tokenizers().haveOneVocabulary(broken, copy)).isTrue();
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = directory.resolve("tokenizer.json");

    assertThatThrownBy(() -> new Tokenizers().load(missing))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(missing.toString());
    assertThat(Tokenizers.haveSameContent(missing, missing.resolveSibling("none"))).isFalse();
  }
}
