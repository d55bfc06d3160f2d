package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationRequest;
import io.l2s.L2sException;
import io.l2s.OnEngine;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.ServingOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Components that fail, and who suffers by it. */
class ServedFailuresTest extends OnEngine {

  private static final ServingOptions BATCHES_OF_8 = Rig.bounds().maxBatchSize(8).build();

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
    RecordingListener neighbor = rig.submit("abcdefg");
    rig.turnUntilIdle();
    assertFailure(
        broken.failure(),
        Component.SLM,
        "the SLM produced numbers that are not finite; the checkpoint or its number format is"
            + " unfit, try precision f32");
    assertThat(broken.chunks()).containsExactly("ab", "c");
    assertThat(neighbor.result().text()).isEqualTo("abcdefg");
  }

  @Test
  void featuresThatAreNotFiniteAreTheLlmsFaultAndNotCached() {
    Rig rig = new Rig(runtime);
    RecordingListener broken = rig.submit("what?");
    RecordingListener neighbor = rig.submit("that");
    rig.turnUntilIdle();
    assertFailure(
        broken.failure(),
        Component.ENCODER,
        "the LLM, reading the prompt, failed: the prompt features are not finite; the checkpoint"
            + " or its number format is unfit, try precision f32");
    assertThat(neighbor.result().text()).isEqualTo("that");
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
  void aRowThatADecodeCallCannotTakeFailsAloneInABatchOfEightAndNoTextComesTwice() {
    Rig rig = new Rig(runtime, BATCHES_OF_8);
    rig.slm.decodePoison = '3';
    List<RecordingListener> listeners = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      listeners.add(rig.submit("prompt " + i + " goes on"));
    }
    rig.turnUntilIdle();
    RecordingListener poisoned = listeners.remove(3);
    assertFailure(poisoned.failure(), Component.SLM, "the SLM failed: poison in the decode call");
    assertThat(poisoned.chunks()).containsExactly("pr", "om", "pt");
    assertThat(listeners)
        .extracting(each -> each.result().text())
        .containsExactly(
            "prompt 0 goes on",
            "prompt 1 goes on",
            "prompt 2 goes on",
            "prompt 4 goes on",
            "prompt 5 goes on",
            "prompt 6 goes on",
            "prompt 7 goes on");
    assertThat(listeners.get(0).result().ids()).hasSize(17);
    assertThat(rig.encoder.passes).hasSize(1);
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void newcomersDoNotJoinThoseThatStartOver() {
    Rig rig = new Rig(runtime);
    rig.slm.decodePoison = '3';
    RecordingListener poisoned = rig.submit("12345");
    RecordingListener neighbor = rig.submit("a neighbor");
    while (poisoned.terminalEvents() == 0) {
      assertThat(rig.turn()).isTrue();
    }
    List<RecordingListener> newcomers = List.of(rig.submit("12 new"), rig.submit("newest"));
    rig.slm.decodeSizes.clear();
    rig.turnUntilIdle();
    assertThat(rig.slm.decodeSizes).contains(1, 2).allMatch(size -> size <= 2);
    assertThat(neighbor.result().text()).isEqualTo("a neighbor");
    assertThat(newcomers)
        .extracting(each -> each.result().text())
        .containsExactly("12 new", "newest");
  }

  @Test
  void anAnswerThatStartsOverGoesOnFromWhatWasSent() {
    Rig rig = new Rig(runtime);
    RecordingListener first = rig.submit("first");
    rig.submit("other");
    rig.slm.onDecode =
        () -> {
          if (rig.slm.steps.size() == 2) {
            rig.slm.shift = 1;
            throw new IllegalStateException("once");
          }
        };
    rig.turnUntilIdle();
    assertThat(first.result().text()).isEqualTo("fistu");
    assertThat(first.chunks().get(0)).isEqualTo("fi");
  }

  @Test
  void aDecoderThatAlwaysFailsIsTriedOnceMoreForEach() {
    Rig rig = new Rig(runtime);
    rig.slm.onDecode =
        () -> {
          throw new IllegalStateException("broken");
        };
    List<RecordingListener> listeners =
        List.of(rig.submit("a"), rig.submit("b"), rig.submit("c"), rig.submit("d"));
    rig.turnUntilIdle();
    assertThat(listeners)
        .allSatisfy(each -> assertFailure(each.failure(), Component.SLM, "the SLM failed: broken"));
    assertThat(rig.slm.decodeSizes).containsExactly(4, 1, 1, 1, 1);
    assertThat(rig.slm.openStates).isZero();
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
    assertFailure(listener.failure(), Component.LLM, "the LLM's decoder failed: gone");
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
