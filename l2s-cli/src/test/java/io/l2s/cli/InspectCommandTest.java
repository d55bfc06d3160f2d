package io.l2s.cli;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.Precision;
import io.l2s.assembly.ModelInspection;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectCommandTest {

  // The tokenizers of the fixtures have 700 tokens.
  private static final int FIRST_FREE_ID = 700;

  @TempDir private Path directory;

  @Test
  void aBundleWithAProblemIsNotComparedInInt8() throws IOException {
    Path model = Path.of("..", "samples", "models", "en-de", "llm").toAbsolutePath().normalize();
    assumeThat(ModelInspection.automatic(Checkpoint.open(model))).isEqualTo(Precision.INT8);
    JsonObject changes = new JsonObject();
    changes.addProperty("llm", model.toString());
    Path bundle = FixtureBundle.write(directory, changes);

    CliRun run = CliRun.of("inspect", bundle.toString());

    assertThat(run.out())
        .contains("int8 is compared with float32 when the problems are solved", "PROBLEM")
        .doesNotContain("int8 changes the products");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void bundleIsShownWithItsPartsAndFurtherFields() throws IOException {
    JsonObject changes = new JsonObject();
    changes.add("training", JsonParser.parseString("{\"steps\":7}"));

    CliRun run = CliRun.of("inspect", FixtureBundle.write(directory, changes).toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsPattern("fusion +add\n")
        .containsPattern("prompt ids +slm: one vocabulary, read with the SLM's own embeddings\n")
        .containsPattern("template +translate English to German: \\{source}\n")
        .containsPattern("digests +none\n")
        .containsPattern("llm +t5, [\\d,]+ parameters in \\d+ tensors \\{F32=\\d+}\n")
        .containsPattern(" model.safetensors, 2,606,536 bytes\n")
        .containsPattern(" vocabulary of \\d+ ids, eos \\[1]\n")
        .containsPattern(" tokenizer with ids up to \\d+\n")
        .containsPattern("projector +[\\d,]+ parameters in 4 tensors \\{F32=4}\n")
        .containsPattern("training +\\{\"steps\":7}\n")
        .containsPattern(" precision auto on this processor: f32\n")
        .containsPattern(
            "processor +(int8 by AVX2|(no )?int8 instructions), (no )?bf16 instructions"
                + "(, f32 by oneDNN from two million weights)?\n")
        .containsPattern("threads +\\d+ threads? \\(.+\\), waiting .+\n")
        .doesNotContain("PROBLEM");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void theFeatureLayerIsShownOnce() throws IOException {
    JsonObject changes = new JsonObject();
    changes.addProperty("featureLayer", 1);

    CliRun run = CliRun.of("inspect", FixtureBundle.write(directory, changes).toString());

    assertThat(run.out())
        .containsPattern("features +after layer 1 of the LLM's encoder\n")
        .doesNotContain("featureLayer");
  }

  @Test
  void aFeatureLayerThatTheLlmDoesNotHaveIsAProblem() throws IOException {
    JsonObject changes = new JsonObject();
    changes.addProperty("featureLayer", 4);

    CliRun run = CliRun.of("inspect", FixtureBundle.write(directory, changes).toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("l2s.json: the feature layer must be between 0 and 3", "was 4");
  }

  @Test
  void parametersAreThoseOfTheTensors() {
    CliRun run = CliRun.of("inspect", FixtureBundle.hybrid().resolve("slm").toString());

    // 912,488 bytes less the table of contents, four bytes a parameter.
    assertThat(run.out()).containsPattern("checkpoint +t5, 22\\d,\\d{3} parameters");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void aChatTemplateIsShownWithWhatKeepsItFromRunning() throws IOException {
    for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(FixtureBundle.llm().resolve(name), directory.resolve(name));
    }
    Path template = directory.resolve("chat_template.jinja");
    Files.writeString(template, "{{ messages[0].content }}");
    CliRun good = CliRun.of("inspect", directory.toString());
    Files.writeString(template, "{{ messages[0].content }}\n{% x %}");
    CliRun bad = CliRun.of("inspect", directory.toString());

    assertThat(good.out()).containsPattern(" chat template\n");
    assertThat(bad.out())
        .contains(
            " chat template that cannot be run: " + template + ", line 2: the tag \"x\" is unknown")
        .doesNotContain("PROBLEM");
    assertThat(bad.exitCode()).isZero();
  }

  @Test
  void digestsThatHoldAreCounted() throws IOException {
    Files.writeString(directory.resolve("card.txt"), "abc");
    JsonObject changes = new JsonObject();
    changes.add(
        "sha256",
        JsonParser.parseString(
            "{\"card.txt\":"
                + "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}"));

    CliRun run = CliRun.of("inspect", FixtureBundle.write(directory, changes).toString());

    assertThat(run.out()).containsPattern("digests +1 verified\n").doesNotContain("PROBLEM");
  }

  @Test
  void problemsOfTheManifestAreListedOneALine() throws IOException {
    JsonObject changes = new JsonObject();
    changes.addProperty("fusion", "mix");
    changes.addProperty("llm", "nowhere");

    CliRun run = CliRun.of("inspect", FixtureBundle.write(directory, changes).toString());

    assertThat(problems(run))
        .satisfiesExactly(
            first -> assertThat(first).contains("l2s.json: llm leads to", "nowhere"),
            second -> assertThat(second).contains("fusion must be one of [add, replace]"));
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void problemsOfAllPartsAreListed() throws IOException {
    JsonObject changes = new JsonObject();
    changes.addProperty("llm", truncated("llm").toString());
    changes.addProperty("slm", truncated("slm").toString());

    CliRun run = CliRun.of("inspect", FixtureBundle.write(directory, changes).toString());

    assertThat(problems(run))
        .satisfiesExactly(
            first -> assertThat(first).contains("llm", "model.safetensors"),
            second -> assertThat(second).contains("slm", "model.safetensors"));
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void projectorOfAnotherWidthIsAProblem() throws IOException {
    JsonObject changes = new JsonObject();
    changes.addProperty("slm", FixtureBundle.llm().toString());

    CliRun run = CliRun.of("inspect", FixtureBundle.write(directory, changes).toString());

    assertThat(problems(run))
        .singleElement()
        .asString()
        .contains("projector.safetensors: the projector gives vectors of width 64")
        .endsWith("but the SLM takes width 96");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void aPairOfTwoTokenizersWithoutPromptTokenizerLlmIsAProblemWithItsRemedy() throws IOException {
    JsonObject changes = new JsonObject();
    changes.addProperty(
        "slm", FixtureBundle.slmOfOtherTokens(directory.resolve("other")).toString());

    CliRun run = CliRun.of("inspect", FixtureBundle.write(directory, changes).toString());

    assertThat(problems(run))
        .singleElement()
        .asString()
        .contains("l2s.json", "differs from the LLM's in tokens or ids", "set promptTokenizer llm");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void aPairOfTwoTokenizersNeedsAdaptedEmbeddings() throws IOException {
    JsonObject changes = new JsonObject();
    changes.addProperty(
        "slm", FixtureBundle.slmOfOtherTokens(directory.resolve("other")).toString());
    changes.addProperty("promptTokenizer", "llm");

    CliRun run = CliRun.of("inspect", FixtureBundle.write(directory, changes).toString());

    assertThat(run.out())
        .containsPattern("prompt ids +llm: the LLM's, read with adapted embeddings");
    assertThat(problems(run)).singleElement().asString().contains("embedding_adapter.weight");

    changes.addProperty("fusion", "replace");
    CliRun replacing = CliRun.of("inspect", FixtureBundle.write(directory, changes).toString());

    assertThat(replacing.out()).containsPattern("prompt ids +llm: the LLM's, not read by the SLM");
    assertThat(problems(replacing)).isEmpty();
  }

  @Test
  void tokenizerLargerThanTheVocabularyIsAProblem() throws IOException {
    Path slm = copy(FixtureBundle.hybrid().resolve("slm"), directory.resolve("slm"));
    String tokenizer = Files.readString(slm.resolve("tokenizer.json"));
    JsonObject json = JsonParser.parseString(tokenizer).getAsJsonObject();
    int vocabulary =
        JsonParser.parseString(Files.readString(slm.resolve("config.json")))
            .getAsJsonObject()
            .get("vocab_size")
            .getAsInt();
    for (int id = FIRST_FREE_ID; id <= vocabulary; id++) {
      JsonObject added = new JsonObject();
      added.addProperty("id", id);
      added.addProperty("content", "<far " + id + ">");
      for (String flag :
          new String[] {"single_word", "lstrip", "rstrip", "normalized", "special"}) {
        added.addProperty(flag, false);
      }
      json.getAsJsonArray("added_tokens").add(added);
    }
    Files.writeString(slm.resolve("tokenizer.json"), json.toString());

    CliRun run = CliRun.of("inspect", slm.toString());

    assertThat(problems(run)).singleElement().asString().contains("has ids up to " + vocabulary);
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.json | \"layer_norm_epsilon\": 1e300 | layer_norm_epsilon must be between",
        "config.json | \"layer_norm_epsilon\": -1 | layer_norm_epsilon must be between",
        "config.json | \"eos_token_id\": 99999 | eos_token_id must be below vocab_size",
        "generation_config.json | \"eos_token_id\": [1, 99999] | eos_token_id must be below",
        "generation_config.json | \"forced_bos_token_id\": 99999 | forced_bos_token_id must be",
        "generation_config.json | \"decoder_start_token_id\": 99999 | must be below vocab_size",
        "config.json | \"quantization_config\": [] | quantization_config must be an object",
        "config.json | \"quantization_config\": {\"quant_method\": {}} | must be a text, but was"
            + " {}",
        "config.json | \"quantization_config\": {\"quant_method\": null} | quant_method is missing",
      })
  void whatGenerateRefusesInspectReports(String name, String field, String message)
      throws IOException {
    Path llm = copy(FixtureBundle.llm(), directory.resolve("llm"));
    Files.deleteIfExists(llm.resolve("generation_config.json"));
    Path file = llm.resolve(name);
    JsonObject settings =
        Files.exists(file)
            ? JsonParser.parseString(Files.readString(file)).getAsJsonObject()
            : new JsonObject();
    JsonParser.parseString("{" + field + "}")
        .getAsJsonObject()
        .entrySet()
        .forEach(each -> settings.add(each.getKey(), each.getValue()));
    Files.writeString(file, settings.toString());

    CliRun inspect = CliRun.of("inspect", llm.toString());
    CliRun generate = CliRun.of("generate", "--llm", llm.toString(), "--max-new-tokens", "1", "Hi");

    assertThat(problems(inspect)).singleElement().asString().contains(file + ": ", message);
    assertThat(inspect.exitCode()).isEqualTo(1);
    assertThat(generate.err()).contains(file + ": ", message);
    assertThat(generate.exitCode()).isEqualTo(1);
  }

  @Test
  void settingsForAnswersThatAreNotFollowedAreShown() throws IOException {
    Path llm = copy(FixtureBundle.llm(), directory.resolve("llm"));
    Files.writeString(
        llm.resolve("generation_config.json"),
        "{\"num_beams\": 4, \"max_length\": 20, \"temperature\": 0.5, \"length_penalty\": 1.0,"
            + " \"suppress_tokens\": [5], \"begin_suppress_tokens\": []}");

    CliRun run = CliRun.of("inspect", llm.toString());

    assertThat(run.out())
        .contains(" not followed: num_beams 4, suppress_tokens [5] of generation_config.json;")
        .doesNotContain("PROBLEM");
    Files.writeString(llm.resolve("generation_config.json"), "{\"do_sample\": true, \"top_k\": 5}");
    assertThat(CliRun.of("inspect", llm.toString()).out())
        .contains(" not followed: do_sample true, top_k 5 of");
  }

  @Test
  void aProjectorOfWholeNumbersIsAProblem() throws IOException {
    Path projector = directory.resolve("whole.safetensors");
    byte[] original = Files.readAllBytes(FixtureBundle.hybrid().resolve("projector.safetensors"));
    String text = new String(original, StandardCharsets.ISO_8859_1);
    Files.write(
        projector, text.replace("\"F32\"", "\"I32\"").getBytes(StandardCharsets.ISO_8859_1));
    JsonObject changes = new JsonObject();
    changes.addProperty("projector", projector.toString());

    CliRun run = CliRun.of("inspect", FixtureBundle.write(directory, changes).toString());

    assertThat(problems(run))
        .hasSize(4)
        .allSatisfy(each -> assertThat(each).contains(projector.toString(), "has type I32"));
    assertThat(run.exitCode()).isEqualTo(1);
  }

  /** Older files of GPT-2 hold a mask, which no model of l2s reads. */
  @Test
  void aStoredMaskMayHoldInfinity() throws IOException {
    Path checkpoint = copy(FixtureBundle.fixture("gpt2"), directory.resolve("gpt2"));
    Path weights = checkpoint.resolve("model.safetensors");
    List<TensorData> tensors = new ArrayList<>();
    for (TensorEntry each : SafetensorsFile.open(weights).tensors().values()) {
      ByteBuffer copied = ByteBuffer.allocate(Math.toIntExact(each.byteLength()));
      tensors.add(
          new TensorData(each.name(), each.type(), each.shape(), copied.put(each.map()).flip()));
    }
    ByteBuffer infinity = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    infinity.putFloat(Float.NEGATIVE_INFINITY).flip();
    tensors.add(new TensorData("h.0.attn.masked_bias", TensorType.F32, List.of(1L), infinity));
    Files.delete(weights);
    SafetensorsWriter.write(weights, Map.of("format", "pt"), tensors);

    assertThat(problems(CliRun.of("inspect", checkpoint.toString()))).isEmpty();
  }

  /** The first prompt of such a model is refused. */
  @Test
  void weightsThatAreNotFiniteAreAProblem() throws IOException {
    Path checkpoint = copy(FixtureBundle.fixture("llama"), directory.resolve("llama"));
    assertThat(CliRun.of("inspect", checkpoint.toString()).exitCode()).isZero();
    Path weights = checkpoint.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] = 0x7f;
    bytes[bytes.length - 2] = (byte) 0x80;
    Files.write(weights, bytes);

    CliRun run = CliRun.of("inspect", checkpoint.toString());

    assertThat(problems(run))
        .singleElement(as(STRING))
        .contains(weights.toString(), " has 1 values of ", "that are not finite");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(CliRun.of("generate", "--llm", checkpoint.toString(), "Hi").exitCode()).isEqualTo(1);
  }

  @Test
  void longAndUnprintableFieldsAreShownInPart() throws IOException {
    JsonObject changes = new JsonObject();
    changes.addProperty("training", "long ".repeat(100_000));
    changes.addProperty("promptTemplate", "a\u001b[31m\n{source}");

    CliRun run = CliRun.of("inspect", FixtureBundle.write(directory, changes).toString());

    assertThat(run.out()).hasSizeLessThan(6_000).contains("a\\u001b[31m\\u000a{source}");
  }

  @Test
  void missingDirectoryIsAProblem() {
    Path missing = directory.resolve("nowhere");

    CliRun run = CliRun.of("inspect", missing.toString());

    assertThat(problems(run)).singleElement().asString().endsWith(missing + ": does not exist");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void theBundlesBelowADirectoryWithoutModelAreNamed() throws IOException {
    CliRun empty = CliRun.of("inspect", directory.toString());
    for (String name : List.of("en-fr", "en-de", "notes")) {
      Files.createDirectory(directory.resolve(name));
    }
    FixtureBundle.write(directory.resolve("en-fr"));
    FixtureBundle.write(directory.resolve("en-de"));

    CliRun run = CliRun.of("inspect", directory.toString());

    assertThat(problems(empty))
        .singleElement()
        .asString()
        .endsWith(directory + ": has neither l2s.json nor config.json");
    assertThat(problems(run))
        .singleElement()
        .asString()
        .endsWith(" has neither l2s.json nor config.json; bundles below it: en-de, en-fr");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  private static Stream<String> problems(CliRun run) {
    return run.out().lines().filter(line -> line.startsWith("PROBLEM"));
  }

  private Path truncated(String name) throws IOException {
    Path target = copy(FixtureBundle.hybrid().resolve("slm"), directory.resolve(name));
    Files.write(target.resolve("model.safetensors"), new byte[4]);
    return target;
  }

  private static Path copy(Path source, Path target) throws IOException {
    Files.createDirectory(target);
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }
}
