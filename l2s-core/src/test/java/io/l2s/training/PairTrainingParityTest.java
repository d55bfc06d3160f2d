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
import io.l2s.OnEngine;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelFamilies;
import io.l2s.assembly.ModelLoader;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.Gradients;
import io.l2s.engine.OwnedParts;
import io.l2s.engine.Precision;
import io.l2s.hybrid.Fusion;
import io.l2s.hybrid.PromptFuser;
import io.l2s.hybrid.PromptTokenizer;
import io.l2s.model.LlmEncoder;
import io.l2s.model.Loading;
import io.l2s.model.TokenBatch;
import io.l2s.model.TrainableSlm;
import io.l2s.projector.ProjectorTraining;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten AdamW steps of pairs of all kinds on a fixed batch, against PyTorch. */
class PairTrainingParityTest extends OnEngine {

  private final OwnedParts loaded = new OwnedParts();
  private JsonObject expected;
  private Map<String, TensorEntry> tensors;
  private TrainableModel model;

  private void load(String name) {
    Path files = Fixture.path(name);
    expected = Fixture.json(files.resolve("training.json"));
    tensors = SafetensorsFile.open(files.resolve("training.safetensors")).tensors();
    JsonObject hybrid = Fixture.json(files.resolve("hybrid.json"));
    Path llmFiles = files.resolve(hybrid.get("llm").getAsString()).normalize();
    LlmEncoder llm =
        loaded.add(
            new ModelLoader(runtime, () -> 0)
                .loadLlm(llmFiles, new ComponentOptions(DeviceSpec.CPU, Precision.F32)));
    ProjectorTraining projector =
        loaded.add(
            ProjectorTraining.from(runtime, files.resolve("projector.safetensors"), Device.cpu()));
    Checkpoint checkpoint = Checkpoint.open(files.resolve("slm"));
    TrainableSlm slm =
        loaded.add(
            ModelFamilies.of(checkpoint.config())
                .resume(new Loading(runtime, checkpoint, Device.cpu(), Precision.F32)));
    PromptTokenizer tokenizer =
        hybrid.get("tokenizer").getAsString().equals("adapted")
            ? PromptTokenizer.LLM
            : PromptTokenizer.SLM;
    PromptFuser fuser =
        PromptFuser.of(tokenizer, llm.embeddings(), slm.embeddings(), projector, Fusion.ADD);
    model = new TrainableModel.Hybrid(llm, projector, slm, fuser, TrainedParts.PROJECTOR_AND_SLM);
  }

  @AfterEach
  void close() {
    loaded.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hybrid-c-t5-gpt2-add",
        "hybrid-d-llama-gpt2-adapted",
        "hybrid-e-t5-llama-adapted",
        "hybrid-f-qwen2-t5-adapted"
      })
  void lossesGradientsAndWeightsEqualTheReference(String name) {
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
              losses.add((double) backward());
              if (step == 1) {
                assertGradients();
              }
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

  private void assertGradients() {
    JsonObject keys = expected.getAsJsonObject("gradients");
    assertThat(keys.keySet()).isNotEmpty();
    for (String name : keys.keySet()) {
      NDArray gradient = model.parameters().get(name).getGradient();
      float[] reference = Fixture.values(tensors.get(keys.get(name).getAsString()));
      assertThat(Fixture.largestDifference(gradient.toFloatArray(), reference))
          .as(name)
          .isLessThan(1e-5f);
    }
  }

  /** AdamW divides tiny gradients by their own size, so weights are compared with room. */
  private void assertWeights(String prefix) {
    List<String> stored =
        tensors.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
    assertThat(stored).isNotEmpty();
    for (String key : stored) {
      NDArray weight = model.parameters().get(key.substring(prefix.length()));
      assertThat(Fixture.largestDifference(weight.toFloatArray(), Fixture.values(tensors.get(key))))
          .as(key)
          .isLessThan(1e-4f);
    }
  }

  private float backward() {
    List<int[]> prompts = new ArrayList<>();
    List<int[]> targets = new ArrayList<>();
    for (JsonElement row : expected.getAsJsonArray("batch")) {
      prompts.add(Fixture.ids(row.getAsJsonObject().get("prompt_ids")));
      targets.add(Fixture.ids(row.getAsJsonObject().get("target_ids")));
    }
    try (NDManager scope = runtime.newScope()) {
      return Gradients.backward(
          () -> model.loss(scope, new TokenBatch(prompts), new TokenBatch(targets), 0, 0));
    }
  }
}
