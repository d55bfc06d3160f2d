package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.l2s.Bundle;
import io.l2s.Fusion;
import io.l2s.ModelLoadException;
import io.l2s.PromptTemplate;
import io.l2s.PromptTokenizer;
import io.l2s.checkpoint.BundleManifest;
import io.l2s.checkpoint.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundleReaderTest {

  private static final String GOOD =
      """
      {"format": 1, "llm": "../llm", "slm": "slm", "projector": "projector.safetensors",
       "fusion": "replace", "promptTokenizer": "slm", "promptTemplate": "to German: {source}",
       "slmAlone": "alone", "requires": [], "trainedBy": {"steps": 7}}
      """;

  @TempDir private Path parent;
  private Path directory;

  @BeforeEach
  void makeFiles() throws IOException {
    Files.createDirectories(parent.resolve("llm"));
    directory = Files.createDirectories(parent.resolve("bundle"));
    Files.createDirectories(directory.resolve("slm"));
    Files.createDirectories(directory.resolve("alone"));
    Files.writeString(directory.resolve("projector.safetensors"), "weights");
  }

  @Test
  void readsEveryFieldAndIgnoresUnknownOnes() throws IOException {
    Bundle bundle = open(GOOD);
    assertThat(bundle.llm()).isEqualTo(parent.resolve("llm").toAbsolutePath().normalize());
    assertThat(bundle.fusion()).isEqualTo(Fusion.REPLACE);
    assertThat(bundle.promptTemplate()).contains(new PromptTemplate("to German: {source}"));
    assertThat(bundle.slmAlone()).isPresent();
  }

  @Test
  void aMisspelledFieldIsReported() {
    JsonObject manifest = new JsonObject();
    manifest.addProperty("format", 1);
    manifest.addProperty("promptTemplate", "{source}");
    assertThat(BundleManifest.unknownFields(manifest)).isEmpty();
    manifest.addProperty("template", "{source}");
    assertThat(BundleManifest.unknownFields(manifest)).containsExactly("template");
  }

  @Test
  void thePromptTokenizerIsThatOfTheSlmOrTheLlm() throws IOException {
    assertThat(open(GOOD).promptTokenizer()).isEqualTo(PromptTokenizer.SLM);
    String llm = GOOD.replace("\"promptTokenizer\": \"slm\"", "\"promptTokenizer\": \"llm\"");
    assertThat(open(llm).promptTokenizer()).isEqualTo(PromptTokenizer.LLM);
  }

  @Test
  void anotherModelAloneTakesThePlaceOfTheOneNamed() throws IOException {
    Bundle bundle = open(GOOD);
    Path other = directory.resolve("slm/../other");

    Bundle changed = bundle.withSlmAlone(other);

    assertThat(changed.slmAlone()).contains(other.toAbsolutePath().normalize());
    assertThat(changed.withSlmAlone(bundle.slmAlone().orElseThrow())).isEqualTo(bundle);
  }

  @Test
  void rightDigestIsAccepted() throws IOException {
    String digest = Digests.sha256(directory.resolve("projector.safetensors"));
    Bundle bundle = open(withDigest(digest));
    assertThat(bundle.sha256()).containsEntry("projector.safetensors", digest);
  }

  @Test
  void wrongDigestIsRefusedWithBothDigests() {
    String wrong = "0".repeat(64);
    assertThatThrownBy(() -> open(withDigest(wrong)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("projector.safetensors has the digest")
        .hasMessageContaining(wrong);
  }

  @Test
  void everyListedFileThatIsGoneOrChangedIsNamed() {
    String digests =
        "\"sha256\": {\"gone\": \"00\", \"a\\u0000b\": \"00\", \"projector.safetensors\": \"00\"}";
    assertThatThrownBy(() -> open(GOOD.replace("\"requires\": []", digests)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("sha256 names gone, which does not exist")
        .hasMessageContaining("sha256 names a\\u0000b, which is no path")
        .hasMessageContaining("projector.safetensors has the digest");
  }

  @Test
  void digestIsThatOfTheStandard() throws IOException {
    Path file = Files.writeString(parent.resolve("abc"), "abc");
    assertThat(Digests.sha256(file))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\": 1 | \"format\": 2 | format must be 1, but was 2",
        "\"format\": 1, | '' | format is missing; it must be 1",
        "\"requires\": [] | \"requires\": [\"int4\"] | requires [\"int4\"]",
        "\"fusion\": \"replace\" | \"fusion\": \"mix\" | fusion must be one of [add, replace]",
        "\"promptTokenizer\": \"slm\" | \"promptTokenizer\": \"both\" | must be one of [slm, llm]",
        "\"llm\": \"../llm\" | \"llm\": \"../gone\" | which does not exist",
        "\"slm\": \"slm\", | '' | slm is missing",
        "to German: {source} | to German | promptTemplate has no {source}",
      })
  void faultIsNamed(String from, String to, String message) {
    assertThatThrownBy(() -> open(GOOD.replace(from, to)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(directory.resolve("l2s.json").toString())
        .hasMessageContaining(message);
  }

  @Test
  void aDigestOutsideTheBundleAndItsModelsIsRefusedUnread() throws IOException {
    // Reading a device such as /dev/zero would never end.
    Path outside = Files.writeString(parent.resolve("outside"), "abc");
    for (String name : List.of("../outside", outside.toString(), "/dev/zero")) {
      String digests = "\"sha256\": {\"" + name + "\": \"00\", \"../llm/config.json\": \"00\"}";
      assertThatThrownBy(() -> open(GOOD.replace("\"requires\": []", digests)))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining(
              "sha256 names " + name + ", which lies outside the bundle and its models")
          .hasMessageContaining("sha256 names ../llm/config.json, which does not exist");
    }
  }

  @Test
  void aDirectoryInPlaceOfTheProjectorIsNamedForWhatItIs() throws IOException {
    Files.delete(directory.resolve("projector.safetensors"));
    Files.createDirectory(directory.resolve("projector.safetensors"));
    assertThatThrownBy(() -> open(GOOD))
        .hasMessageContaining("projector leads to ")
        .hasMessageContaining("must be a file, but is a directory");
  }

  @Test
  void allFaultsAreNamedAtOnce() {
    assertThatThrownBy(() -> open(GOOD.replace("../llm", "gone").replace("\"replace\"", "\"mix\"")))
        .isInstanceOfSatisfying(ModelLoadException.class, e -> assertThat(e.problems()).hasSize(2));
  }

  @Test
  void directoryWithoutManifestIsRefused() {
    assertThatThrownBy(() -> BundleReader.open(parent))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("l2s.json: does not exist");
  }

  private static String withDigest(String digest) {
    return GOOD.replace(
        "\"requires\": []", "\"sha256\": {\"projector.safetensors\": \"" + digest + "\"}");
  }

  private Bundle open(String manifest) throws IOException {
    Files.writeString(directory.resolve("l2s.json"), manifest);
    return BundleReader.open(directory);
  }
}
