package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.GenerationOptions;
import io.l2s.GenerationOptions.Builder;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.DecoderState;
import io.l2s.model.ForcedTokens;
import io.l2s.model.LlmEncoder;
import io.l2s.model.Loading;
import io.l2s.model.TokenBatch;
import io.l2s.model.bart.BartFamily;
import io.l2s.model.t5.T5Family;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The probabilities from which the first token is drawn, against transformers. */
class SamplingParityTest {

  @ParameterizedTest
  @ValueSource(strings = {"t5-relu", "t5-gated", "t5-llm", "bart"})
  void probabilitiesEqualTheReference(String name) {
    Fixture fixture = Fixture.open(name);
    List<JsonObject> cases = fixture.cases().stream().filter(each -> each.has("sampling")).toList();
    assertThat(cases).isNotEmpty();
    Checkpoint checkpoint = Checkpoint.open(fixture.directory());
    try (NativeRuntime runtime = NativeRuntime.start(false);
        LlmEncoder model =
            (name.equals("bart") ? new BartFamily() : new T5Family())
                .llm(
                    new Loading(runtime, checkpoint, Device.cpu(), Precision.F32),
                    OptionalInt.empty())) {
      for (JsonObject each : cases) {
        JsonObject sampling = each.getAsJsonObject("sampling");
        double temperature = sampling.get("temperature").getAsDouble();
        int topK = sampling.get("top_k").getAsInt();
        double topP = sampling.get("top_p").getAsDouble();
        check(runtime, model, fixture, each, "temperature", all().temperature(temperature));
        check(runtime, model, fixture, each, "top_k", all().topK(topK));
        check(runtime, model, fixture, each, "top_p", all().topP(topP));
        check(
            runtime,
            model,
            fixture,
            each,
            "combined",
            all().temperature(temperature).topK(topK).topP(topP));
      }
    }
  }

  private static Builder all() {
    return GenerationOptions.builder().topK(0);
  }

  private static void check(
      NativeRuntime runtime,
      LlmEncoder model,
      Fixture fixture,
      JsonObject each,
      String kind,
      Builder builder) {
    GenerationOptions options = builder.seed(1).build();
    String tensor =
        each.getAsJsonObject("sampling").getAsJsonObject("tensors").get(kind).getAsString();
    float[] expected = fixture.values(tensor);
    float[] actual = new float[expected.length];
    runtime.call(
        () -> {
          TokenBatch prompt = TokenBatch.of(Fixture.ids(each.get("input_ids")));
          try (NDManager scope = runtime.newScope();
              TokenSelector selector = new TokenSelector(runtime::newScope)) {
            NDArray h = model.encode(scope, prompt);
            try (DecoderState state = model.decoder().orElseThrow().prefill(h, prompt)) {
              Search search =
                  new SearchSettings(
                          options,
                          Set.of(1),
                          4,
                          expected.length,
                          List.of(0),
                          List.of(),
                          ForcedTokens.NONE,
                          ids -> false,
                          ids -> false,
                          PromptDrafts.NONE)
                      .start();
              TopTokens top = selector.select(scope, state.decodeOne(scope), List.of(search));
              float[] scores = new float[search.candidates()];
              for (int rank = 0; rank < scores.length; rank++) {
                scores[rank] = top.score(0, rank);
              }
              double[] probabilities =
                  Sampler.probabilities(scores, options.sampling().orElseThrow());
              for (int rank = 0; rank < scores.length; rank++) {
                actual[top.id(0, rank)] = (float) probabilities[rank];
              }
            }
          }
          return null;
        });
    assertThat(Fixture.largestDifference(actual, expected)).as(kind).isLessThan(1e-5f);
  }
}
