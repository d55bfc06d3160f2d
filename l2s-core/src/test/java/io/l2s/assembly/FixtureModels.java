package io.l2s.assembly;

import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.HybridFixture;
import io.l2s.HybridLanguageModel;
import io.l2s.Precision;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.LlmEncoder;
import java.util.List;

/** Served models of the fixtures, on the engine of a test. */
final class FixtureModels {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);

  private FixtureModels() {}

  interface Check {
    void on(HybridLanguageModel model, Fixture fixture);
  }

  static void withModel(NativeRuntime runtime, String name, Check check) {
    Fixture fixture = Fixture.open(name);
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    if (!name.startsWith("hybrid")) {
      try (LlmEncoder llm = loader.loadLlm(fixture.directory(), F32);
          HybridLanguageModel model =
              new HybridModelBuilder(runtime).llm(llm, fixture.directory()).build()) {
        check.on(model, fixture);
      }
      return;
    }
    try (HybridFixture hybrid = HybridFixture.load(name, runtime);
        HybridLanguageModel model = hybrid.serve(runtime)) {
      check.on(model, fixture);
    }
  }

  /** Requests for the prompts of {@code cases} with the fixture's limit. */
  static List<GenerationRequest> requests(
      Fixture fixture, List<JsonObject> cases, GenerationOptions options) {
    return cases.stream()
        .map(
            each ->
                GenerationRequest.of(each.get("text").getAsString())
                    .withMaxNewTokens(fixture.maxNewTokens())
                    .withOptions(options))
        .toList();
  }

  static int[] ids(List<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }
}
