package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.l2s.DataFileException;
import io.l2s.Fixture;
import io.l2s.PromptTokenizer;
import io.l2s.assembly.ModelFamilies;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.StrictJson;
import io.l2s.model.ContextLimits;
import io.l2s.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts and targets of a training as ids. */
class PairReaderTest {

  private ContextLimits limits = ContextLimits.NONE;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hybrid-a-t5-t5-add",
        "hybrid-c-t5-gpt2-add",
        "hybrid-d-llama-gpt2-adapted",
        "hybrid-e-t5-llama-adapted",
        "hybrid-f-qwen2-t5-adapted"
      })
  void idsAreThoseOfTheReference(String name) throws IOException {
    Path files = Fixture.path(name);
    JsonObject hybrid = Fixture.json(files.resolve("hybrid.json"));
    List<JsonObject> batch = new ArrayList<>();
    Fixture.json(files.resolve("training.json"))
        .getAsJsonArray("batch")
        .forEach(row -> batch.add(row.getAsJsonObject()));
    Path llm = files.resolve(hybrid.get("llm").getAsString()).normalize();
    PairData pairs =
        read(batch, hybrid.get("prompt_template").getAsString(), llm, files.resolve("slm"));
    for (int i = 0; i < batch.size(); i++) {
      assertThat(pairs.prompts().get(i)).isEqualTo(Fixture.ids(batch.get(i).get("prompt_ids")));
      assertThat(pairs.targets().get(i)).isEqualTo(Fixture.ids(batch.get(i).get("target_ids")));
    }
  }

  @Test
  void targetsEndAsTheModelsSettingsSayThoughItsTokenizerEndsNoText() throws IOException {
    Path slm = Fixture.copy("t5-relu", directory);
    JsonObject tokenizer = StrictJson.read(slm.resolve("tokenizer.json"));
    tokenizer.add("post_processor", JsonNull.INSTANCE);
    Files.writeString(slm.resolve("tokenizer.json"), tokenizer.toString());
    JsonObject row = new JsonObject();
    row.addProperty("source", "Hello.");
    row.addProperty("target", "Hallo.");

    int[] ended = read(List.of(row), "{source}", slm, slm).targets().get(0);

    Path t5 = Fixture.path("t5-relu");
    assertThat(ended).isEqualTo(read(List.of(row), "{source}", t5, t5).targets().get(0));
    assertThat(ended).endsWith(1);
  }

  @Test
  void targetsOfAnEncoderDecoderBeginAsItsTokenizerBeginsTexts() throws IOException {
    JsonObject row = new JsonObject();
    row.addProperty("source", "Good morning.");
    row.addProperty("target", "Guten Morgen.");
    Path bart = Fixture.path("bart");
    int[] target = read(List.of(row), "{source}", bart, bart).targets().get(0);
    Tokenizer tokenizer = Tokenizer.load(bart.resolve("tokenizer.json"));
    // transformers' labels: tokenizer(text_target=...)
    assertThat(target).isEqualTo(tokenizer.encode("Guten Morgen.")).startsWith(0).endsWith(2);
  }

  @Test
  void targetsBeginWithTheForcedIdWhereTheTokenizerWritesNone() throws IOException {
    JsonObject row = new JsonObject();
    row.addProperty("source", "Good morning.");
    row.addProperty("target", "Guten Morgen.");
    Path slm = Fixture.copy("t5-relu", directory);
    Files.writeString(
        slm.resolve("generation_config.json"), "{\"eos_token_id\": 1, \"forced_bos_token_id\": 7}");

    assertThat(read(List.of(row), "{source}", slm, slm).targets().get(0)).startsWith(7);
  }

  @Test
  void aRowBeyondTheModelsPositionsIsRefused() throws IOException {
    JsonObject row = new JsonObject();
    row.addProperty("source", "Good morning.");
    row.addProperty("target", "Guten Morgen.");
    Path t5 = Fixture.path("t5-relu");
    PairData pairs = read(List.of(row), "{source}", t5, t5);
    int prompt = pairs.prompts().get(0).length;
    int target = pairs.targets().get(0).length;

    limits = ContextLimits.together(prompt + target);
    assertThat(read(List.of(row), "{source}", t5, t5).size()).isOne();

    limits = ContextLimits.together(prompt + target - 1);
    assertThatThrownBy(() -> read(List.of(row), "{source}", t5, t5))
        .isInstanceOf(DataFileException.class)
        .hasMessageContaining("line 1: prompt and target together must have at most")
        .hasMessageContaining("no positions for more, and there are " + (prompt + target))
        .hasMessageContaining("leave such rows out with longRows");

    limits = ContextLimits.each(prompt, target - 1);
    assertThatThrownBy(() -> read(List.of(row), "{source}", t5, t5))
        .isInstanceOf(DataFileException.class)
        .hasMessageContaining("the target must have at most " + (target - 1) + " tokens");
  }

  private static TrainingTokenizers.Answers answers(Checkpoint slm) {
    return new TrainingTokenizers.Answers(
        ModelFamilies.of(slm.config()).answersContinuePrompt(),
        slm.forcedBosTokenId(),
        ModelFamilies.eosTokenIds(slm));
  }

  private PairData read(List<JsonObject> rows, String template, Path llm, Path slm)
      throws IOException {
    List<String> lines =
        rows.stream()
            .map(row -> row.get("source").getAsString() + "\t" + row.get("target").getAsString())
            .toList();
    Path data = Files.write(directory.resolve("pairs.tsv"), lines);
    Path promptFile = llm.resolve("tokenizer.json");
    Path targetFile = slm.resolve("tokenizer.json");
    Tokenizer prompts = Tokenizer.load(promptFile);
    Tokenizer targets = Tokenizer.load(targetFile);
    TrainingTokenizers tokenizers =
        new TrainingTokenizers(
            prompts,
            targets,
            PromptTokenizer.LLM,
            answers(Checkpoint.open(slm)).start(targets),
            ModelFamilies.eosTokenIds(Checkpoint.open(slm)).get(0),
            promptFile,
            targetFile);
    return new PairReader(
            TrainingData.of(data, data).withPromptTemplate(template), tokenizers, limits)
        .training();
  }
}
