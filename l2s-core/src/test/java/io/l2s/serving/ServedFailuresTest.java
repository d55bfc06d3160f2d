package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationRequest;
import io.l2s.L2sException;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.engine.NativeRuntime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Components that fail, and who suffers by it. */
class ServedFailuresTest {

  private static final ServingOptions BATCHES_OF_8 = Rig.bounds().maxBatchSize(8).build();

  private static NativeRuntime runtime;

  @BeforeAll
  static void start() {
    runtime = NativeRuntime.start(false);
  }

  @AfterAll
  static void stop() {
    runtime.close();
  }

  private static void assertFailure(L2sException failure, Component component, String message) {
    assertThat(failure).isInstanceOf(GenerationFailedException.class).hasMessage(message);
    assertThat(((GenerationFailedException) failure).component()).isEqualTo(component);
  }

  @Test
  void aPromptThatTheLlmCannotReadFailsAloneInABatchOfEight() {
    Rig rig = new Rig(runtime, BATCHES_OF_8);
    rig.encoder.poison = "3";
    List<RecordingListener> listeners = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      listeners.add(rig.submit("prompt " + i));
    }
    rig.turnUntilIdle();
    RecordingListener poisoned = listeners.remove(3);
    assertFailure(
        poisoned.failure(),
        Component.ENCODER,
        "the LLM, reading the prompt, failed: poison in the prompt");
    assertThat(listeners)
        .extracting(each -> each.result().text())
        .containsExactly(
            "prompt 0", "prompt 1", "prompt 2", "prompt 4", "prompt 5", "prompt 6", "prompt 7");
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void aPromptThatTheSlmCannotTakeFailsAloneAndIsReadOnce() {
    Rig rig = new Rig(runtime, BATCHES_OF_8);
    rig.slm.poison = "3";
    List<RecordingListener> listeners = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      listeners.add(rig.submit("prompt " + i));
    }
    rig.turnUntilIdle();
    RecordingListener poisoned = listeners.remove(3);
    assertFailure(poisoned.failure(), Component.SLM, "the SLM failed: poison in the prefill");
    assertThat(listeners).extracting(each -> each.result().text()).hasSize(7).endsWith("prompt 7");
    assertThat(rig.encoder.passes).hasSize(1);
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void aRowOfNumbersThatAreNotFiniteFailsAloneAfterItsText() {
    Rig rig = new Rig(runtime);
    RecordingListener broken = rig.submit("abc!def");
    RecordingListener neighbour = rig.submit("abcdefg");
    rig.turnUntilIdle();
    assertFailure(
        broken.failure(),
        Component.SLM,
        "the SLM produced numbers that are not finite; the checkpoint or its number format is"
            + " unfit, try precision f32");
    assertThat(broken.chunks()).containsExactly("ab", "c");
    assertThat(neighbour.result().text()).isEqualTo("abcdefg");
  }

  @Test
  void featuresThatAreNotFiniteAreTheLlmsFaultAndNotCached() {
    Rig rig = new Rig(runtime);
    RecordingListener broken = rig.submit("what?");
    RecordingListener neighbour = rig.submit("that");
    rig.turnUntilIdle();
    assertFailure(
        broken.failure(),
        Component.ENCODER,
        "the LLM, reading the prompt, failed: the prompt features are not finite; the checkpoint"
            + " or its number format is unfit, try precision f32");
    assertThat(neighbour.result().text()).isEqualTo("that");
    int passes = rig.encoder.passes.size();
    rig.submit("what?");
    rig.turnUntilIdle();
    assertThat(rig.encoder.passes).hasSize(passes + 1);
  }

  @Test
  void aDecodeCallThatFailsEndsItsBatchAndNoOther() {
    Rig rig = new Rig(runtime);
    RecordingListener first = rig.submit("first");
    rig.turn();
    RecordingListener second = rig.submit(GenerationRequest.of("second").withRoute(Route.LLM_ONLY));
    rig.slm.onDecode =
        () -> {
          throw new OutOfMemoryError("native memory");
        };
    rig.turnUntilIdle();
    assertFailure(first.failure(), Component.SLM, "the SLM failed: native memory");
    assertThat(second.result().text()).isEqualTo("tfdpoe");
    assertThat(rig.slm.openStates).isZero();
    rig.slm.onDecode = () -> {};
    RecordingListener next = rig.submit("next");
    rig.turnUntilIdle();
    assertThat(next.result().text()).isEqualTo("next");
  }

  @Test
  void theLlmsOwnDecoderIsBlamedOnItsOwnRoute() {
    Rig rig = new Rig(runtime);
    rig.llmDecoder.onPrefill =
        () -> {
          throw new UnsatisfiedLinkError("gone");
        };
    RecordingListener listener =
        rig.submit(GenerationRequest.of("hello").withRoute(Route.LLM_ONLY));
    rig.turnUntilIdle();
    assertFailure(listener.failure(), Component.LLM_DECODER, "the LLM's decoder failed: gone");
  }

  @Test
  void anEvictedPromptIsReadAgainAndTheCacheKeepsItsBounds() {
    int eightFloats = 32;
    Rig rig = new Rig(runtime, Rig.bounds().maxBatchSize(1).featureCacheBytes(eightFloats).build());
    for (String prompt : List.of("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb", "123456789")) {
      RecordingListener listener = rig.submit(prompt);
      rig.turnUntilIdle();
      assertThat(listener.result().text()).isEqualTo(prompt);
    }
    assertThat(rig.encoder.passes.stream().flatMap(List::stream))
        .containsExactly("aaaa", "bbbb", "cccc", "bbbb", "123456789");
  }
}
