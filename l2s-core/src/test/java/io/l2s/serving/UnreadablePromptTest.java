package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.Fixture;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.HybridModelBuilder;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.LlmEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of a request that the model's tokenizer does not read. */
class UnreadablePromptTest extends OnEngine {

  @TempDir private Path directory;

  @Test
  void aPromptWithoutATokenIsTheCallersFault() throws IOException {
    Path checkpoint = Fixture.copy("t5-llm", directory);
    JsonObject tokenizer = tokenizer(checkpoint);
    tokenizer.getAsJsonObject("model").add("unk_id", JsonNull.INSTANCE);
    write(checkpoint, tokenizer);
    try (LlmEncoder llm = load(checkpoint);
        HybridLanguageModel model = new HybridModelBuilder(runtime).llm(llm, checkpoint).build()) {
      assertThat(model.generate(GenerationRequest.of("Hello.")).promptIds()).isNotEmpty();
      assertThatThrownBy(() -> model.generate(GenerationRequest.of("Hello 日本")))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessage(
              "prompt must be text that the model's tokenizer reads, but was refused: \"日本\" has"
                  + " no token, and model.unk_id is null");
      GenerationOptions forced = GenerationOptions.builder().forcedPrefix("日本").build();
      assertThatThrownBy(() -> model.generate(GenerationRequest.of("Hello.").withOptions(forced)))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageStartingWith("forcedPrefix must be text that the model's tokenizer reads");
    }
  }

  @Test
  void aPromptThatTakesTooLongIsTheCallersFault() throws IOException {
    Path checkpoint = Fixture.copy("t5-llm", directory);
    JsonObject tokenizer = tokenizer(checkpoint);
    JsonObject slow =
        JsonParser.parseString(
                "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"a*a*a*a*b\"},\"content\":\"x\"}")
            .getAsJsonObject();
    JsonArray steps = new JsonArray();
    steps.add(slow);
    JsonObject sequence = new JsonObject();
    sequence.addProperty("type", "Sequence");
    sequence.add("normalizers", steps);
    tokenizer.add("normalizer", sequence);
    write(checkpoint, tokenizer);
    try (LlmEncoder llm = load(checkpoint);
        HybridLanguageModel model = new HybridModelBuilder(runtime).llm(llm, checkpoint).build()) {
      assertThatThrownBy(() -> model.generate(GenerationRequest.of("a".repeat(1_000))))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageStartingWith("prompt must be text that the model's tokenizer reads")
          .hasMessageContaining("takes too long for a text of 1000 characters");
    }
  }

  private static JsonObject tokenizer(Path checkpoint) {
    return Fixture.json(checkpoint.resolve("tokenizer.json"));
  }

  private static void write(Path checkpoint, JsonObject tokenizer) throws IOException {
    Files.writeString(checkpoint.resolve("tokenizer.json"), tokenizer.toString());
  }

  private static LlmEncoder load(Path checkpoint) {
    return new ModelLoader(runtime, runtime.devices())
        .loadLlm(checkpoint, new ComponentOptions(DeviceSpec.CPU, Precision.F32));
  }
}
