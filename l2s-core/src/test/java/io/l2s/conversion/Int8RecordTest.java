package io.l2s.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ModelFamilies;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.Digests;
import io.l2s.checkpoint.StrictJson;
import io.l2s.model.EditedCheckpoint;
import io.l2s.model.Int8Comparison;
import io.l2s.model.LlmEncoder;
import io.l2s.model.Loading;
import io.l2s.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What int8 changes is measured once and stored beside the weights. */
class Int8RecordTest extends OnEngine {

  private static final String RECORD = "l2s-int8.json";

  @TempDir private Path directory;

  private final Quantization quantization = new Quantization(runtime, ModelFamilies::of);

  @Test
  void aRecordChangesNoNumber() throws IOException {
    Path checkpoint = copy("t5-relu");
    float[] compared = features(checkpoint);

    double loss = quantization.record(checkpoint);

    assertThat(loss).isBetween(0.0, Int8Comparison.BOUND);
    assertThat(features(checkpoint)).containsExactly(compared);
  }

  @Test
  void aRecordIsBelievedForTheFilesThatItWasMadeOf() throws IOException {
    Path calm = copy("t5-relu");
    quantization.record(calm);
    Path uneven = uneven();
    Files.copy(calm.resolve(RECORD), uneven.resolve(RECORD));

    // The products that int8 spoils stay in floating point, as without a record.
    float[] ignored = features(uneven);
    Files.delete(uneven.resolve(RECORD));
    assertThat(ignored).containsExactly(features(uneven));
  }

  @Test
  void aModelWhoseRecordIsWithinTheBoundIsNotCompared() throws IOException {
    Path uneven = uneven();
    float[] compared = features(uneven);
    quantization.record(uneven);

    setLoss(uneven, "0.01");

    assertThat(features(uneven)).isNotEqualTo(compared);
  }

  @Test
  void aModelThatLosesTooMuchIsComparedAllTheSame() throws IOException {
    Path uneven = uneven();
    float[] compared = features(uneven);

    assertThat(quantization.record(uneven)).isGreaterThan(Int8Comparison.BOUND);
    assertThat(features(uneven)).containsExactly(compared);
  }

  @Test
  void aBrokenRecordIsRefusedWithFileAndField() throws IOException {
    Path checkpoint = copy("t5-relu");
    quantization.record(checkpoint);
    setLoss(checkpoint, "\"low\"");
    assertThatThrownBy(() -> features(checkpoint))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContainingAll(RECORD, "largestLoss", "low");

    quantization.record(checkpoint);
    replace(checkpoint, "\"format\": 1", "\"format\": 2");
    assertThatThrownBy(() -> features(checkpoint))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContainingAll(RECORD, "format", "2");
  }

  @Test
  void aBundleGetsARecordForEachModelAndItsDigests() throws IOException {
    Path bundle = bundle();
    double llm = quantization.record(BundleReader.open(bundle)).get(bundle.resolve("llm"));

    assertThat(
            StrictJson.read(bundle.resolve("llm").resolve(RECORD)).get("largestLoss").getAsDouble())
        .isEqualTo(llm);
    assertThat(bundle.resolve("slm").resolve(RECORD)).exists();
    assertThat(BundleReader.open(bundle).sha256()).containsKeys("llm/" + RECORD, "slm/" + RECORD);
  }

  @Test
  void aCheckpointMadeOfAnotherDoesNotInheritItsRecord() throws IOException {
    Path checkpoint = copy("t5-relu");
    quantization.record(checkpoint);
    Path stored = directory.resolve("stored");

    quantization.checkpoint(checkpoint, stored, written -> {});

    assertThat(stored.resolve(RECORD)).doesNotExist();
    assertThat(stored.resolve("tokenizer.json")).exists();
  }

  private static void setLoss(Path checkpoint, String value) throws IOException {
    replace(checkpoint, "\"largestLoss\": [^,]*", "\"largestLoss\": " + value);
  }

  private static void replace(Path checkpoint, String pattern, String value) throws IOException {
    Path record = checkpoint.resolve(RECORD);
    String text = Files.readString(record);
    Files.writeString(record, text.replaceFirst(pattern, value));
  }

  /** A checkpoint with a token that int8 spoils. */
  private Path uneven() throws IOException {
    EditedCheckpoint edited = EditedCheckpoint.of(Fixture.path("t5-relu"));
    edited.outlier(5, 3, 3000);
    return edited.write(directory.resolve("uneven"));
  }

  private Path copy(String fixture) throws IOException {
    return Fixture.copy(fixture, directory);
  }

  /** A bundle with digests. */
  private Path bundle() throws IOException {
    Path bundle = Files.createDirectory(directory.resolve("bundle"));
    Files.move(Fixture.copy("t5-llm", directory), bundle.resolve("llm"));
    Files.move(Fixture.copy("t5-relu", directory), bundle.resolve("slm"));
    Files.writeString(bundle.resolve("projector.safetensors"), "weights");
    String digest = Digests.sha256(bundle.resolve("llm/config.json"));
    Files.writeString(
        bundle.resolve("l2s.json"),
        """
        {"format": 1, "llm": "llm", "slm": "slm", "projector": "projector.safetensors",
         "fusion": "add", "promptTokenizer": "slm", "sha256": {"llm/config.json": "%s"}}
        """
            .formatted(digest));
    return bundle;
  }

  private float[] features(Path checkpoint) {
    Checkpoint opened = Checkpoint.open(checkpoint);
    Loading from = new Loading(runtime, opened, Device.cpu(), Precision.INT8);
    try (LlmEncoder llm = ModelFamilies.of(opened.config()).llm(from, OptionalInt.empty())) {
      return runtime.call(
          () -> {
            try (NDManager scope = runtime.newScope()) {
              NDArray h = llm.encode(scope, TokenBatch.of(new int[] {5, 3, 7, 1}));
              return h.toFloatArray();
            }
          });
    }
  }
}
