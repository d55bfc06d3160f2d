package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.Precision;
import io.l2s.PromptTokenizer;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelFamilies;
import io.l2s.assembly.ModelLoader;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.Gradients;
import io.l2s.engine.NativeRuntime;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.LlmEncoder;
import io.l2s.model.Loading;
import io.l2s.model.TokenBatch;
import io.l2s.model.TrainableSlm;
import io.l2s.model.bart.BartFamily;
import io.l2s.model.t5.T5Family;
import io.l2s.projector.ProjectorTraining;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten AdamW steps on a fixed batch, against PyTorch. */
class TrainingParityTest {

  private static final double SMOOTHING = 0.1;

  private final NativeRuntime runtime = NativeRuntime.start(false);
  private JsonObject expected;
  private Map<String, TensorEntry> tensors;
  private LlmEncoder llm;
  private ProjectorTraining projector;
  private TrainableSlm slm;
  private TrainableModel model;

  private void load(String name) {
    Path directory = Fixture.path(name);
    expected = Fixture.json(directory.resolve("training.json"));
    tensors = SafetensorsFile.open(directory.resolve("training.safetensors")).tensors();
    JsonObject hybrid = Fixture.json(directory.resolve("hybrid.json"));
    llm =
        new ModelLoader(runtime, () -> 0)
            .loadLlm(
                directory.resolve(hybrid.get("llm").getAsString()).normalize(),
                new ComponentOptions(DeviceSpec.CPU, Precision.F32));
    projector =
        ProjectorTraining.from(runtime, directory.resolve("projector.safetensors"), Device.cpu());
    Checkpoint checkpoint = Checkpoint.open(directory.resolve("slm"));
    slm =
        ModelFamilies.of(checkpoint.config())
            .resume(new Loading(runtime, checkpoint, Device.cpu(), Precision.F32));
    PromptTokenizer tokenizer =
        hybrid.get("tokenizer").getAsString().equals("adapted")
            ? PromptTokenizer.LLM
            : PromptTokenizer.SLM;
    PromptFuser fuser = PromptFuser.of(tokenizer, llm, slm.embeddings(), projector, Fusion.ADD);
    model = new TrainableModel.Hybrid(llm, projector, slm, fuser, TrainedParts.PROJECTOR_AND_SLM);
  }

  @AfterEach
  void close() {
    if (slm != null) {
      slm.close();
      projector.close();
      llm.close();
    }
    runtime.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hybrid-a-t5-t5-add",
        "hybrid-c-t5-gpt2-add",
        "hybrid-d-llama-gpt2-adapted",
        "hybrid-e-t5-llama-adapted",
        "hybrid-f-qwen2-t5-adapted"
      })
  void tenLossesAndTheWeightsOnTheWayEqualTheReference(String name) {
    load(name);
    JsonObject settings = expected.getAsJsonObject("optimizer");
    TrainingOptions options =
        TrainingOptions.forSteps(10)
            .clip(0)
            .weightDecay(settings.get("weight_decay").getAsDouble())
            .build();
    List<Double> losses = new ArrayList<>();
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              Optimizer optimizer = Optimizer.create(scope, model.parameters(), options)) {
            for (int step = 1; step <= 11; step++) {
              losses.add((double) backward(0));
              optimizer.step(step, settings.get("lr").getAsDouble());
              if (step == 1 || step == 10) {
                assertWeights("after" + step + ".");
              }
            }
          }
          return null;
        });
    JsonArray reference = expected.getAsJsonArray("losses");
    for (int i = 0; i < reference.size(); i++) {
      double loss = reference.get(i).getAsDouble();
      assertThat(losses.get(i)).as("loss after %d updates", i).isCloseTo(loss, within(1e-4 * loss));
    }
  }

  // AdamW divides tiny gradients by their own size, so rounding shows in the weights.
  private void assertWeights(String prefix) {
    List<String> stored =
        tensors.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
    assertThat(stored).isNotEmpty();
    for (String key : stored) {
      float[] weight = model.parameters().get(key.substring(prefix.length())).toFloatArray();
      assertThat(Fixture.largestDifference(weight, Fixture.values(tensors.get(key))))
          .as(key)
          .isLessThan(1e-4f);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hybrid-a-t5-t5-add",
        "hybrid-c-t5-gpt2-add",
        "hybrid-d-llama-gpt2-adapted",
        "hybrid-e-t5-llama-adapted",
        "hybrid-f-qwen2-t5-adapted"
      })
  void gradientsEqualTheReference(String pair) {
    load(pair);
    JsonObject keys = expected.getAsJsonObject("gradients");
    runtime.call(
        () -> {
          backward(0);
          for (String name : keys.keySet()) {
            NDArray gradient = model.parameters().get(name).getGradient();
            float[] reference = Fixture.values(tensors.get(keys.get(name).getAsString()));
            assertThat(Fixture.largestDifference(gradient.toFloatArray(), reference))
                .as(name)
                .isLessThan(1e-6f);
          }
          return null;
        });
  }

  @Test
  void theSmoothedLossAndAllItsGradientsEqualTheReference() {
    load("hybrid-a-t5-t5-add");
    JsonObject smoothed =
        Fixture.json(Fixture.path("hybrid-a-t5-t5-add").resolve("training_smoothed.json"));
    JsonArray bias = smoothed.getAsJsonArray("gradient_of_fc2.bias");
    runtime.call(
        () -> {
          assertLossAndGradients(smoothed, model, backward(SMOOTHING));
          float[] gradient = model.parameters().get("fc2.bias").getGradient().toFloatArray();
          for (int i = 0; i < gradient.length; i++) {
            assertThat((double) gradient[i]).isCloseTo(bias.get(i).getAsDouble(), within(1e-6));
          }
          return null;
        });
  }

  /** With a head of its own, which is not scaled. */
  @Test
  void theSmoothedLossOfAGatedModelAloneEqualsTheReference() {
    JsonObject smoothed = Fixture.json(Fixture.path("t5-gated").resolve("training_smoothed.json"));
    try (TrainableSlm gated =
        new T5Family()
            .resume(
                new Loading(
                    runtime,
                    Checkpoint.open(Fixture.path("t5-gated")),
                    Device.cpu(),
                    Precision.F32))) {
      TrainableModel alone = new TrainableModel.Alone(gated);
      runtime.call(
          () -> {
            float loss =
                backward(alone, batch(smoothed, "prompts"), batch(smoothed, "targets"), SMOOTHING);
            assertLossAndGradients(smoothed, alone, loss);
            return null;
          });
    }
  }

  /** With biases, learned positions and a buffer that is added to the logits. */
  @Test
  void lossesAndGradientsOfABartModelAloneEqualTheReference() {
    JsonObject reference = Fixture.json(Fixture.path("bart").resolve("training_smoothed.json"));
    TokenBatch prompts = batch(reference, "prompts");
    TokenBatch targets = batch(reference, "targets");
    TrainingOptions options =
        TrainingOptions.forSteps(10)
            .clip(0)
            .weightDecay(reference.get("weight_decay").getAsDouble())
            .build();
    try (TrainableSlm bart = bart()) {
      TrainableModel alone = new TrainableModel.Alone(bart);
      runtime.call(
          () -> {
            float loss = backward(alone, prompts, targets, SMOOTHING);
            assertLossAndGradients(reference, alone, loss);
            bart.parameters().values().forEach(each -> each.getGradient().muli(0));
            try (NDManager scope = runtime.newScope();
                Optimizer optimizer = Optimizer.create(scope, alone.parameters(), options)) {
              int step = 1;
              for (JsonElement expectedLoss : reference.getAsJsonArray("losses")) {
                double plain = backward(alone, prompts, targets, 0);
                double wanted = expectedLoss.getAsDouble();
                assertThat(plain).as("step %d", step).isCloseTo(wanted, within(1e-4 * wanted));
                optimizer.step(step++, reference.get("lr").getAsDouble());
              }
            }
            return null;
          });
    }
  }

  @Test
  void whatIsNeverTrainedIsWrittenBack() {
    try (TrainableSlm bart = bart()) {
      Checkpoint checkpoint = Checkpoint.open(Fixture.path("bart"));
      assertThat(bart.tensors().keySet()).isEqualTo(checkpoint.tensors().keySet());
      assertThat(bart.parameters()).doesNotContainKey("final_logits_bias");
      runtime.call(
          () -> {
            assertThat(bart.tensors().get("final_logits_bias").toFloatArray())
                .isEqualTo(Fixture.values(checkpoint.tensors().get("final_logits_bias")));
            return null;
          });
    }
  }

  private TrainableSlm bart() {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path("bart"));
    return new BartFamily().resume(new Loading(runtime, checkpoint, Device.cpu(), Precision.F32));
  }

  private static void assertLossAndGradients(
      JsonObject reference, TrainableModel model, double loss) {
    assertThat(loss).isCloseTo(reference.get("loss").getAsDouble(), within(1e-5));
    JsonObject norms = reference.getAsJsonObject("gradient_norms");
    assertThat(model.parameters().keySet()).isEqualTo(norms.keySet());
    model
        .parameters()
        .forEach(
            (name, parameter) -> {
              double norm = norms.get(name).getAsDouble();
              assertThat((double) parameter.getGradient().norm().getFloat())
                  .as(name)
                  // The gradient of a key's bias is zero but for rounding.
                  .isCloseTo(norm, within(1e-4 * norm + 1e-7));
            });
  }

  private static TokenBatch batch(JsonObject reference, String field) {
    List<int[]> rows = new ArrayList<>();
    reference.getAsJsonArray(field).forEach(row -> rows.add(Fixture.ids(row)));
    return new TokenBatch(rows);
  }

  @Test
  void aBalancedProjectorMakesPAsLargeAsTheEmbeddings() {
    load("hybrid-a-t5-t5-add");
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            int[] ids = {5, 6, 7, 1};
            TokenBatch prompt = TokenBatch.of(ids);
            ((TrainableModel.Hybrid) model).balance(scope, List.of(ids), List.of(ids));
            double projected =
                projector.project(scope, llm.encode(scope, prompt)).square().mean().getFloat();
            double embedded = slm.embeddings().embed(scope, prompt).square().mean().getFloat();
            assertThat(projected).isCloseTo(embedded, within(1e-4 * embedded));
          }
          return null;
        });
  }

  private float backward(double labelSmoothing) {
    List<int[]> prompts = new ArrayList<>();
    List<int[]> targets = new ArrayList<>();
    expected
        .getAsJsonArray("batch")
        .forEach(
            row -> {
              prompts.add(Fixture.ids(row.getAsJsonObject().get("prompt_ids")));
              targets.add(Fixture.ids(row.getAsJsonObject().get("target_ids")));
            });
    return backward(model, new TokenBatch(prompts), new TokenBatch(targets), labelSmoothing);
  }

  private float backward(
      TrainableModel trained, TokenBatch prompts, TokenBatch targets, double labelSmoothing) {
    try (NDManager scope = runtime.newScope()) {
      return Gradients.backward(() -> trained.loss(scope, prompts, targets, labelSmoothing, 0));
    }
  }
}
