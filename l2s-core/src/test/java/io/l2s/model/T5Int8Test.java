package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.EngineException;
import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.engine.CpuFeatures;
import io.l2s.model.t5.T5Family;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 8-bit products: near the reference, and each row for itself. */
class T5Int8Test extends OnEngine {

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"t5-relu", "t5-gated", "t5-gated-bf16-sharded", "t5-llm"})
  void promptFeaturesStayWithinAFewPercentOfTheReference(String name) {
    Fixture fixture = Fixture.open(name);
    try (EncoderDecoderModel model = load(fixture)) {
      for (int i = 0; i < fixture.cases().size(); i++) {
        int[] ids = Fixture.ids(fixture.cases().get(i).get("input_ids"));
        float[] expected =
            fixture.values(fixture.cases().get(i).get("key").getAsString() + ".hidden");
        float[] actual =
            onNativeThread(scope -> model.asLlm().encode(scope, TokenBatch.of(ids)).toFloatArray());

        assertThat(relativeDifference(actual, expected)).isLessThan(0.06);
        // Had the weights not been rounded, the figures would be those of float32.
        assertThat(relativeDifference(actual, expected)).isGreaterThan(1e-4);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5-relu", "t5-gated"})
  void anOutlierInTheBatchChangesNoOtherRow(String name) {
    try (EncoderDecoderModel model = load(Fixture.open(name))) {
      int width = model.asLlm().width();
      float[][] calm = new float[4][];
      float[][] withOutlier = new float[4][];
      onNativeThread(
          scope -> {
            NDArray h = scope.randomNormal(new Shape(4, 5, width)).duplicate();
            firstLogits(scope, model, h, calm);
            NDArray factors = scope.create(new float[] {1, 1000, 1, 1}, new Shape(4, 1, 1));
            firstLogits(scope, model, h.mul(factors), withOutlier);
            return null;
          });

      assertThat(withOutlier[0]).containsExactly(calm[0]);
      assertThat(withOutlier[2]).containsExactly(calm[2]);
      assertThat(withOutlier[3]).containsExactly(calm[3]);
      assertThat(withOutlier[1]).isNotEqualTo(calm[1]);
    }
  }

  @Test
  void aTokenWhoseEmbeddingIsNotFiniteFailsItsRowAlone() throws IOException {
    Checkpoint checkpoint = withBrokenToken(10);
    try (EncoderDecoderModel model =
        LoadedModels.load(
            new T5Family(), new Loading(runtime, checkpoint, Device.cpu(), Precision.INT8))) {
      int width = model.asLlm().width();
      onNativeThread(
          scope -> {
            NDArray h = scope.randomNormal(new Shape(5, 4, width)).duplicate();
            boolean[] sound = finiteAfter(scope, model, h, new int[] {11, 12, 10, 13, 14});

            assertThat(sound).containsExactly(true, true, false, true, true);
            assertThat(finiteAfter(scope, model, h.get("0:1"), new int[] {10}))
                .containsExactly(false);
            return null;
          });
    }
  }

  @Test
  void featuresThatAreNotFiniteAreRefused() {
    try (EncoderDecoderModel model = load(Fixture.open("t5-relu"))) {
      onNativeThread(
          scope -> {
            NDArray h = scope.ones(new Shape(1, 3, model.asLlm().width())).mul(Float.NaN);
            assertThatThrownBy(() -> prefill(model, h))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("not finite");
            return null;
          });
    }
  }

  @Test
  void aRowGivesTheSameHoweverManyShareItsBatch() {
    try (EncoderDecoderModel model = load(Fixture.open("t5-relu"))) {
      int width = model.asLlm().width();
      float[][] alone = new float[1][];
      float[][] two = new float[2][];
      float[][] six = new float[6][];
      onNativeThread(
          scope -> {
            NDArray h = scope.randomNormal(new Shape(1, 4, width)).duplicate();
            firstLogits(scope, model, h, alone);
            firstLogits(scope, model, h.repeat(0, 2), two);
            firstLogits(scope, model, h.repeat(0, 6), six);
            return null;
          });

      assertThat(List.of(two)).allSatisfy(row -> assertThat(row).containsExactly(alone[0]));
      assertThat(List.of(six)).allSatisfy(row -> assertThat(row).containsExactly(alone[0]));
    }
  }

  @Test
  void aProcessorWithoutAvx2IsRefused() {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path("t5-relu"));
    CpuFeatures old = new CpuFeatures(true, Optional.empty(), Optional.of(Set.of("sse4_2", "avx")));

    assertThat(PrecisionChoice.serving(checkpoint, Device.cpu(), Precision.BF16, old))
        .isEqualTo(Precision.BF16);
    assertThatThrownBy(() -> PrecisionChoice.serving(checkpoint, Device.cpu(), Precision.INT8, old))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("precision int8 runs on x86 processors with AVX2 only")
        .hasMessageContaining("no int8 instructions")
        .hasMessageContaining("choose f32, bf16 or auto");
  }

  @Test
  void aGpuIsRefusedBeforeAnythingIsLoaded() {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path("t5-relu"));

    assertThatThrownBy(
            () ->
                LoadedModels.load(
                    new T5Family(),
                    new Loading(runtime, checkpoint, Device.gpu(0), Precision.INT8)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("precision int8 runs on CPUs only, but the device is gpu:0")
        .hasMessageContaining("choose bf16 or auto, or the device cpu");
  }

  private static void firstLogits(
      NDManager scope, EncoderDecoderModel model, NDArray h, float[][] rows) {
    try (DecoderState state = prefill(model, h);
        NDArray logits = state.decodeOne(scope)) {
      for (int row = 0; row < rows.length; row++) {
        rows[row] = logits.get(row).toFloatArray();
      }
    }
  }

  private static boolean[] finiteAfter(
      NDManager scope, EncoderDecoderModel model, NDArray h, int[] tokens) {
    boolean[] finite = new boolean[tokens.length];
    try (DecoderState state = prefill(model, h)) {
      state.decodeOne(scope);
      state.choose(tokens);
      NDArray logits = state.decodeOne(scope);
      for (int row = 0; row < finite.length; row++) {
        finite[row] = Float.isFinite(logits.get(row).sum().getFloat());
      }
    }
    return finite;
  }

  private Checkpoint withBrokenToken(int token) throws IOException {
    Path source = Fixture.path("t5-gated");
    for (String name : List.of("config.json", "generation_config.json", "tokenizer.json")) {
      Files.copy(source.resolve(name), directory.resolve(name));
    }
    List<TensorData> tensors = new ArrayList<>();
    for (TensorEntry entry : Checkpoint.open(source).tensors().values()) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(entry.byteLength()));
      bytes.order(ByteOrder.LITTLE_ENDIAN).put(entry.map()).flip();
      if (entry.name().equals("shared.weight")) {
        bytes.putFloat(Math.toIntExact(4 * token * entry.shape().get(1)), Float.NaN);
      }
      tensors.add(new TensorData(entry.name(), entry.type(), entry.shape(), bytes));
    }
    SafetensorsWriter.write(directory.resolve("model.safetensors"), Map.of(), tensors);
    return Checkpoint.open(directory);
  }

  private static DecoderState prefill(EncoderDecoderModel model, NDArray h) {
    List<int[]> prompts = new ArrayList<>();
    for (int row = 0; row < h.getShape().get(0); row++) {
      prompts.add(new int[Math.toIntExact(h.getShape().get(1))]);
    }
    return model.asLlm().decoder().orElseThrow().prefill(h, new TokenBatch(prompts));
  }

  private static double relativeDifference(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < actual.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / size);
  }

  private static EncoderDecoderModel load(Fixture fixture) {
    return LoadedModels.load(
        new T5Family(),
        new Loading(runtime, Checkpoint.open(fixture.directory()), Device.cpu(), Precision.INT8));
  }

  private interface Work<T> {
    T with(NDManager scope);
  }

  private static <T> T onNativeThread(Work<T> work) {
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            return work.with(scope);
          }
        });
  }
}
