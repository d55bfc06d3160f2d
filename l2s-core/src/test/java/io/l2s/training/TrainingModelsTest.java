package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.l2s.Fixture;
import io.l2s.InvalidSettingException;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import io.l2s.checkpoint.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that do not fit their tokenizer are refused before they are trained for hours. */
class TrainingModelsTest extends OnEngine {

  @TempDir private Path directory;
  private TinyTraining training;

  @BeforeEach
  void prepare() throws IOException {
    training = new TinyTraining(directory);
  }

  @Test
  void anEndOfSequenceIdBeyondTheVocabularyIsRefused() throws IOException {
    training.slm = Fixture.copy("t5-relu", directory);
    set("eos_token_id", 9999);
    Files.deleteIfExists(training.slm.resolve("generation_config.json"));
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("above eos_token_id 9999, but was 712");
  }

  @Test
  void whatATokenizerCannotReadIsLogged() throws IOException {
    training.llm = withoutUnknownToken("t5-llm");
    training.slm = withoutUnknownToken("t5-relu");
    PrintStream before = System.err;
    ByteArrayOutputStream logged = new ByteArrayOutputStream();
    System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
    try {
      training.run(runtime);
    } finally {
      System.setErr(before);
    }

    assertThat(logged.toString(StandardCharsets.UTF_8))
        .contains(
            training.llm.resolve("tokenizer.json") + " refuses texts with other characters",
            training.slm.resolve("tokenizer.json") + " refuses texts with other characters");
  }

  private Path withoutUnknownToken(String fixture) throws IOException {
    Path checkpoint = Fixture.copy(fixture, directory);
    Path file = checkpoint.resolve("tokenizer.json");
    JsonObject tokenizer = StrictJson.read(file);
    tokenizer.getAsJsonObject("model").add("unk_id", JsonNull.INSTANCE);
    Files.writeString(file, StrictJson.print(tokenizer));
    return checkpoint;
  }

  @Test
  void aVocabularySmallerThanTheTokenizersIsRefused() throws IOException {
    training.slm = Fixture.copy("t5-relu", directory);
    set("vocab_size", 690);
    assertThatThrownBy(() -> training.run(runtime))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(training.slm.resolve("config.json").toString())
        .hasMessageContaining("vocab_size must be above the tokenizer's largest id")
        .hasMessageContaining("but was 690");
  }

  @Test
  void anSlmThatIsNotThereIsNamed() {
    training.slm = directory.resolve("typo");
    assertThatThrownBy(training::request)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("slm must be a checkpoint's directory or a config.json")
        .hasMessageContaining("typo, which does not exist");
  }

  @Test
  void featuresAreFoundAgainWhateverOrderThePairsComeIn() throws IOException {
    training.featureCache = Optional.of(directory.resolve("features"));
    training.run(runtime);
    Files.writeString(training.data, "Hello.\tHallo.\nI like tea.\tTee.\nGood morning.\tMorgen.\n");
    TinyTraining second = new TinyTraining(Files.createDirectory(directory.resolve("second")));
    Files.copy(training.data, second.data, StandardCopyOption.REPLACE_EXISTING);
    second.featureCache = training.featureCache;
    second.featureLayer = OptionalInt.of(layers(training.llm));
    second.run(runtime);
    try (Stream<Path> files = Files.list(directory.resolve("features"))) {
      assertThat(files).hasSize(1);
    }
  }

  private static int layers(Path model) {
    return StrictJson.read(model.resolve("config.json")).get("num_layers").getAsInt();
  }

  private void set(String field, int value) throws IOException {
    Path file = training.slm.resolve("config.json");
    JsonObject config = StrictJson.read(file);
    config.add(field, new JsonPrimitive(value));
    Files.writeString(file, config.toString());
  }
}
