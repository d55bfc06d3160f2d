package io.l2s.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelFamilies;
import io.l2s.assembly.ModelLoader;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.StrictJson;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.DecoderState;
import io.l2s.model.EditedCheckpoint;
import io.l2s.model.LlmEncoder;
import io.l2s.model.Loading;
import io.l2s.model.TokenBatch;
import io.l2s.model.t5.T5Family;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizationTest extends OnEngine {

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"t5-relu", "t5-gated", "t5-gated-bf16-sharded", "t5-llm", "bart"})
  void whatIsStoredGivesTheNumbersOfRoundingAtLoad(String name) {
    Path source = Fixture.path(name);
    Path stored = quantized(source);

    assertThat(logits(stored, Precision.AUTO)).containsExactly(logits(source, Precision.INT8));
  }

  @ParameterizedTest
  @CsvSource({
    "t5-relu, encoder.block.0.layer.1.DenseReluDense.wi.weight",
    "t5-relu, encoder.block.0.layer.1.layer_norm.weight",
    "t5-relu, decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
    "t5-relu, shared.weight",
    "bart, model.decoder.layers.1.fc2.bias",
    "bart, model.encoder.embed_positions.weight",
  })
  void weightsThatAreNotFiniteAreRefusedByName(String fixture, String tensor) throws IOException {
    for (float number : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      EditedCheckpoint edited = EditedCheckpoint.of(Fixture.path(fixture));
      edited.scale(tensor, true, row -> row == 2, place -> place == 0, number);
      Path source = edited.write(directory.resolve(fixture + number));

      assertThatThrownBy(() -> quantized(source))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining(source + "/model.safetensors: ")
          .hasMessageContaining(tensor + " holds numbers that are not finite");
    }
  }

  @Test
  void aProductThatIsNotRoundedIsCheckedAsWell() throws IOException {
    EditedCheckpoint edited = EditedCheckpoint.of(Fixture.path("t5-relu"));
    edited.outlier(5, 3, 3000);
    edited.scale("0.SelfAttention.q.weight", false, row -> row == 3, p -> p == 2, Float.NaN);
    Path source = edited.write(directory.resolve("damaged"));

    assertThatThrownBy(() -> quantized(source))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("SelfAttention.q.weight holds numbers that are not finite");
  }

  @Test
  void theStoredWeightsAreSmallerAndNameTheirSource() {
    Path source = Fixture.path("t5-gated");
    Path stored = quantized(source);

    assertThat(stored.resolve("model.safetensors").toFile().length())
        .isLessThan(source.resolve("model.safetensors").toFile().length() / 2);
    JsonObject settings =
        StrictJson.read(stored.resolve("config.json")).getAsJsonObject("quantization_config");
    assertThat(settings.get("quant_method").getAsString()).isEqualTo("l2s-int8");
    assertThat(settings.getAsJsonObject("source_sha256").keySet())
        .containsExactly("model.safetensors");
    assertThat(stored.resolve("tokenizer.json")).exists();
  }

  @Test
  void productsThatLoseTooMuchAreStoredAsTheyAre() throws IOException {
    EditedCheckpoint edited = EditedCheckpoint.of(Fixture.path("t5-relu"));
    edited.outlier(5, 3, 3000);
    Path source = edited.write(directory.resolve("outliers"));

    Path stored = quantized(source);

    List<String> unrounded = unrounded(stored);
    assertThat(unrounded).contains("encoder.block.0.layer.0.SelfAttention.q", "lm_head");
    Map<String, TensorEntry> tensors = Checkpoint.open(stored).tensors();
    assertThat(unrounded)
        .allSatisfy(
            module -> {
              assertThat(tensors.get(module + ".weight").type()).isEqualTo(TensorType.F32);
              assertThat(tensors).doesNotContainKey(module + ".weight_scale");
            });
    assertThat(tensors.values()).anyMatch(tensor -> tensor.type() == TensorType.I8);
    assertThat(logits(stored, Precision.AUTO)).containsExactly(logits(source, Precision.INT8));
  }

  @Test
  void aFloat16CheckpointGivesTheNumbersOfRoundingAtLoad() throws IOException {
    Path source =
        EditedCheckpoint.of(Fixture.path("t5-relu")).inFloat16().write(directory.resolve("half"));

    Path stored = quantized(source);

    assertThat(unrounded(stored)).isEmpty();
    assertThat(logits(stored, Precision.AUTO)).containsExactly(logits(source, Precision.INT8));
  }

  @Test
  void productsOfAFloat16CheckpointThatLoseTooMuchAreStoredInFloat32() throws IOException {
    EditedCheckpoint edited = EditedCheckpoint.of(Fixture.path("t5-relu"));
    edited.outlier(5, 3, 3000);
    // Evening out takes the channel beyond float16's largest number, 65,504.
    edited.scale("DenseReluDense.wi.weight", false, row -> row == 3, place -> true, 20_000);
    edited.scale("DenseReluDense.wo.weight", false, row -> true, place -> place == 3, 1 / 20_000f);
    Path source = edited.inFloat16().write(directory.resolve("half"));

    Path stored = quantized(source);

    Map<String, TensorEntry> tensors = Checkpoint.open(stored).tensors();
    assertThat(tensors.get("encoder.block.0.layer.0.SelfAttention.q.weight").type())
        .isEqualTo(TensorType.F32);
    assertThat(tensors.values()).noneMatch(tensor -> tensor.name().endsWith("q.weight_scale"));
    float[] numbers = logits(stored, Precision.AUTO);
    assertThat(numbers).containsExactly(logits(source, Precision.INT8));
    for (float each : numbers) {
      assertThat(each).isFinite();
    }
  }

  @Test
  void productsThatStayOutOfInt8CountWithTheBytesThatTheyTake() throws IOException {
    EditedCheckpoint edited = EditedCheckpoint.of(Fixture.path("t5-relu"));
    edited.outlier(5, 3, 3000);
    Path stored = quantized(edited.write(directory.resolve("outliers")));
    Checkpoint checkpoint = Checkpoint.open(stored);
    long kept =
        unrounded(stored).stream()
            .mapToLong(name -> checkpoint.tensor(name + ".weight").elements())
            .sum();
    int bytes = CpuFeatures.current().hasBf16() ? Short.BYTES : Float.BYTES;

    long allInInt8 = weights(quantized(Fixture.path("t5-relu"), directory.resolve("calm")));

    assertThat(kept).isPositive();
    assertThat(weights(stored)).isEqualTo(allInInt8 + (bytes - 1) * kept);
  }

  /** The modules that a quantized checkpoint keeps as they were. */
  private static List<String> unrounded(Path stored) {
    List<String> modules = new ArrayList<>();
    JsonArray kept =
        StrictJson.read(stored.resolve("config.json"))
            .getAsJsonObject("quantization_config")
            .getAsJsonArray("modules_to_not_convert");
    if (kept != null) {
      kept.forEach(module -> modules.add(module.getAsString()));
    }
    return modules;
  }

  private static long weights(Path directory) {
    Checkpoint checkpoint = Checkpoint.open(directory);
    return ModelFamilies.of(checkpoint.config())
        .memory(checkpoint, Device.cpu(), Precision.AUTO)
        .weights();
  }

  @Test
  void aModuleThatTheModelDoesNotHaveIsRefusedByName() throws IOException {
    Path stored = quantized(Fixture.path("t5-relu"));
    Path config = stored.resolve("config.json");
    String method = "\"quant_method\": \"l2s-int8\"";
    assertThat(Files.readString(config)).contains(method);
    Files.writeString(
        config,
        Files.readString(config)
            .replace(method, method + ", \"modules_to_not_convert\": [\"encoder.x\"]"));

    assertThatThrownBy(() -> logits(stored, Precision.AUTO))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("quantization_config.modules_to_not_convert names [encoder.x.weight]")
        .hasMessageContaining("the model has no such products");
  }

  @Test
  void anotherPrecisionIsRefusedWithARemedy() {
    Path stored = quantized(Fixture.path("t5-relu"));

    assertThatThrownBy(() -> logits(stored, Precision.F32))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("stored in int8, but the precision asked for is f32")
        .hasMessageContaining("choose int8 or auto");
  }

  @Test
  void trainingFromItIsRefused() {
    Checkpoint stored = Checkpoint.open(quantized(Fixture.path("t5-relu")));

    assertThatThrownBy(
            () -> new T5Family().resume(new Loading(runtime, stored, Device.cpu(), Precision.F32)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("stored in int8");
  }

  @Test
  void quantizingTwiceIsRefusedAndLeavesNothing() {
    Path stored = quantized(Fixture.path("t5-relu"));
    Path again = directory.resolve("again");

    assertThatThrownBy(
            () ->
                new Quantization(runtime, ModelFamilies::of)
                    .checkpoint(stored, again, written -> {}))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("stored in int8 already");
    assertThat(again).doesNotExist();
  }

  @Test
  void aFailureLeavesNothingThatWouldRefuseARetry() throws IOException {
    Path target = directory.resolve("int8");
    IntConsumer failing =
        written -> {
          throw new IllegalStateException("disk full");
        };
    Quantization quantization = new Quantization(runtime, ModelFamilies::of);
    assertThatThrownBy(() -> quantization.checkpoint(Fixture.path("t5-relu"), target, failing))
        .hasMessage("disk full");
    assertThat(target).doesNotExist();

    Files.createDirectory(target);
    assertThatThrownBy(() -> quantization.checkpoint(Fixture.path("t5-relu"), target, failing))
        .hasMessage("disk full");
    assertThat(target).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"pytorch_model.bin", "tf_model.h5", "pytorch_model.bin.index.json", "model.onnx"})
  void weightsOfOtherFormatsStayBehind(String weights) throws IOException {
    Path source = directory.resolve("source");
    Files.createDirectory(source);
    try (Stream<Path> files = Files.list(Fixture.path("t5-relu"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, source.resolve(file.getFileName()));
      }
    }
    Files.writeString(source.resolve(weights), "weights");
    Files.writeString(source.resolve("LICENSE"), "a license");

    Path stored = quantized(source);

    assertThat(stored.resolve(weights)).doesNotExist();
    assertThat(stored.resolve("LICENSE")).hasContent("a license");
  }

  @Test
  void anOutputThatHoldsSomethingIsRefused() throws IOException {
    Files.writeString(directory.resolve("precious.txt"), "keep me");

    assertThatThrownBy(
            () ->
                new Quantization(runtime, ModelFamilies::of)
                    .checkpoint(Fixture.path("t5-relu"), directory, written -> {}))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("must not exist or be empty");
    assertThat(directory.resolve("precious.txt")).hasContent("keep me");
  }

  @Test
  void anotherMethodIsRefused() throws IOException {
    Path stored = quantized(Fixture.path("t5-relu"));
    Path config = stored.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("l2s-int8", "gptq"));

    assertThatThrownBy(() -> logits(stored, Precision.AUTO))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("quant_method must be l2s-int8, but was gptq");
  }

  @Test
  void aScaleThatIsNoPositiveNumberIsRefusedByName() {
    Path stored = quantized(Fixture.path("t5-relu"));
    rewrite(stored, "lm_head.weight_scale", bytes -> bytes.putFloat(0, -1));

    assertThatThrownBy(() -> logits(stored, Precision.AUTO))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("lm_head.weight_scale must be above 0 and finite, but holds -1.0");
  }

  @Test
  void missingScalesAreNamedTogether() {
    Path stored = quantized(Fixture.path("t5-relu"));
    List<TensorData> kept = new ArrayList<>();
    tensors(stored).stream()
        .filter(each -> !each.name().endsWith("q.weight_scale"))
        .forEach(kept::add);
    SafetensorsWriter.write(stored.resolve("model.safetensors"), Map.of(), kept);

    assertThatThrownBy(() -> logits(stored, Precision.AUTO))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("missing tensor encoder.block.0.layer.0.SelfAttention.q.weight_scale")
        .hasMessageContaining(
            "missing tensor decoder.block.0.layer.1.EncDecAttention.q.weight_scale");
  }

  private Path quantized(Path source) {
    return quantized(source, directory.resolve("int8"));
  }

  private static Path quantized(Path source, Path target) {
    int tensors =
        new Quantization(runtime, ModelFamilies::of).checkpoint(source, target, written -> {});
    assertThat(tensors).isEqualTo(Checkpoint.open(target).tensors().size());
    return target;
  }

  private interface Edit {
    void on(ByteBuffer bytes);
  }

  private static void rewrite(Path checkpoint, String tensor, Edit edit) {
    List<TensorData> tensors = tensors(checkpoint);
    tensors.stream()
        .filter(each -> each.name().equals(tensor))
        .forEach(each -> edit.on(each.data().get().order(ByteOrder.LITTLE_ENDIAN)));
    SafetensorsWriter.write(checkpoint.resolve("model.safetensors"), Map.of(), tensors);
  }

  private static List<TensorData> tensors(Path checkpoint) {
    List<TensorData> tensors = new ArrayList<>();
    for (TensorEntry entry : Checkpoint.open(checkpoint).tensors().values()) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(entry.byteLength()));
      bytes.put(entry.map()).flip();
      tensors.add(new TensorData(entry.name(), entry.type(), entry.shape(), bytes));
    }
    return tensors;
  }

  private static float[] logits(Path checkpoint, Precision precision) {
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    ComponentOptions options = new ComponentOptions(DeviceSpec.CPU, precision);
    try (LlmEncoder llm = loader.loadLlm(checkpoint, options)) {
      return runtime.call(
          () -> {
            TokenBatch prompts = TokenBatch.of(new int[] {5, 6, 7, 1}, new int[] {9, 8, 1});
            try (NDManager scope = runtime.newScope()) {
              NDArray h = llm.encode(scope, prompts);
              try (DecoderState state = llm.decoder().orElseThrow().prefill(h, prompts)) {
                state.decodeOne(scope);
                state.choose(new int[] {11, 12});
                return state.decodeOne(scope).toFloatArray();
              }
            }
          });
    }
  }
}
