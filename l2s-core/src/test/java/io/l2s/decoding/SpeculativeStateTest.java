package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Fixture;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Precision;
import io.l2s.hybrid.Fusion;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.Decoder;
import io.l2s.model.DecoderState;
import io.l2s.model.Encoder;
import io.l2s.model.TokenBatch;
import io.l2s.projector.Projector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The large model's own ids, whatever the small one drafts. */
class SpeculativeStateTest {

  private static final int STEPS = 32;

  private static NativeRuntime runtime;
  private static Encoder llm;
  private static Decoder slm;
  private static Projector projector;
  private static List<int[]> prompts;

  @BeforeAll
  static void start() {
    runtime = NativeRuntime.start(false);
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    ComponentOptions options = new ComponentOptions(DeviceSpec.CPU, Precision.F32);
    Fixture hybrid = Fixture.open("hybrid-a-t5-t5-add");
    llm = loader.loadLlm(Fixture.path("t5-llm"), options);
    slm = loader.loadSlm(hybrid.directory().resolve("slm"), options);
    projector = loader.loadProjector(hybrid.directory().resolve("projector.safetensors"), options);
    prompts = hybrid.cases().stream().map(each -> Fixture.ids(each.get("input_ids"))).toList();
  }

  @AfterAll
  static void stop() {
    projector.close();
    slm.close();
    llm.close();
    runtime.close();
  }

  @Test
  void theIdsAreThoseOfTheLargeModelAlone() {
    for (int[] prompt : prompts) {
      assertThat(speculated(prompt, 8)).isEqualTo(ofTheLargeModel(prompt));
    }
  }

  @Test
  void stepByStepTheIdsAreThoseOfTheLargeModelAlone() {
    assertThat(speculated(prompts.get(0), 1)).isEqualTo(ofTheLargeModel(prompts.get(0)));
  }

  @Test
  void aDrafterThatKnowsTheAnswerSavesVerifications() {
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              SpeculativeState state =
                  new SpeculativeState(
                      own(scope, prompts.get(0)), own(scope, prompts.get(0)), runtime::newScope)) {
            int[] first = state.decode(9)[0];
            assertThat(first).hasSizeGreaterThan(1);
          }
          return null;
        });
  }

  @Test
  void statesOfSeveralSequencesAreRefused() {
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              DecoderState two = own(scope, prompts.get(0), prompts.get(1));
              DecoderState one = own(scope, prompts.get(0))) {
            assertThatThrownBy(() -> new SpeculativeState(one, two, runtime::newScope))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but they have 1 and 2");
          }
          return null;
        });
  }

  private static List<Integer> speculated(int[] prompt, int steps) {
    return runtime.call(
        () -> {
          TokenBatch batch = TokenBatch.of(prompt);
          try (NDManager scope = runtime.newScope()) {
            NDArray h = llm.encode(scope, batch);
            NDArray fused = PromptFuser.fuse(scope, projector, slm, Fusion.ADD, h, batch);
            DecoderState drafter = slm.prefill(fused, batch.lengths());
            try (DecoderState state =
                new SpeculativeState(drafter, own(scope, prompt), runtime::newScope)) {
              return decoded(state, steps);
            }
          }
        });
  }

  private static List<Integer> ofTheLargeModel(int[] prompt) {
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              DecoderState state = own(scope, prompt)) {
            return decoded(state, 1);
          }
        });
  }

  private static DecoderState own(NDManager scope, int[]... ids) {
    TokenBatch batch = TokenBatch.of(ids);
    return llm.decoder().orElseThrow().prefill(llm.encode(scope, batch), batch.lengths());
  }

  private static List<Integer> decoded(DecoderState state, int steps) {
    List<Integer> ids = new ArrayList<>();
    while (ids.size() < STEPS && !ids.contains(1)) {
      Arrays.stream(state.decode(steps)[0]).forEach(ids::add);
    }
    int end = ids.indexOf(1);
    return ids.subList(0, end < 0 ? STEPS : end + 1);
  }
}
