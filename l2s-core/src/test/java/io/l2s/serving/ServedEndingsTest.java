package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.FinishReason;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.OnEngine;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.TextChunk;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Cancellation, deadlines, closing and listeners that fail. */
class ServedEndingsTest extends OnEngine {

  @Test
  void aCancelledWaitingRequestEndsAtOnceAndIsNeverRead() {
    Rig rig = new Rig(runtime);
    RecordingListener listener = new RecordingListener();
    GenerationHandle handle = rig.submit("hello", listener);
    handle.cancel();
    assertThat(listener.result().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(listener.result().text()).isEmpty();
    rig.turnUntilIdle();
    handle.cancel();
    assertThat(listener.terminalEvents()).isOne();
    assertThat(rig.encoder.passes).isEmpty();
  }

  @Test
  void aCancelledRunningRequestKeepsItsTextAndItsNeighborGoesOn() {
    Rig rig = new Rig(runtime);
    RecordingListener listener = new RecordingListener();
    GenerationHandle handle = rig.submit("hello", listener);
    RecordingListener neighbor = rig.submit("neighbor");
    rig.turn();
    rig.turn();
    handle.cancel();
    rig.turn();
    assertThat(listener.result().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(listener.result().text()).isEqualTo("he");
    rig.turnUntilIdle();
    handle.cancel();
    assertThat(listener.terminalEvents()).isOne();
    assertThat(neighbor.result().text()).isEqualTo("neighbor");
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void aRequestCancelledWhileTheLlmReadsIsNotPrefilled() {
    Rig rig = new Rig(runtime);
    RecordingListener listener = new RecordingListener();
    GenerationHandle handle = rig.submit("hello", listener);
    RecordingListener neighbor = rig.submit("neighbor");
    rig.encoder.onEncode = handle::cancel;
    rig.turnUntilIdle();
    assertThat(listener.result().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(rig.slm.prefillSizes).containsExactly(1);
    assertThat(neighbor.result().text()).isEqualTo("neighbor");
  }

  @Test
  void aRequestCancelledWhileItIsPrefilledIsNotDecoded() {
    Rig rig = new Rig(runtime);
    RecordingListener listener = new RecordingListener();
    GenerationHandle handle = rig.submit("hello", listener);
    rig.slm.onPrefill = handle::cancel;
    rig.turn();
    rig.turn();
    assertThat(listener.result().finishReason()).isEqualTo(FinishReason.CANCELLED);
    rig.turnUntilIdle();
    assertThat(rig.slm.steps).isEmpty();
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void aRequestCancelledWhileItStartsOverKeepsTheTextThatItHad() {
    Rig rig = new Rig(runtime);
    RecordingListener listener = new RecordingListener();
    GenerationHandle handle = rig.submit("hello", listener);
    RecordingListener neighbor = rig.submit("neighbor");
    rig.slm.onDecode =
        () -> {
          if (rig.slm.steps.size() == 3) {
            throw new IllegalStateException("once");
          }
          if (rig.slm.steps.size() == 4) {
            handle.cancel();
          }
        };
    rig.turnUntilIdle();
    assertThat(listener.result().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(listener.result().text()).isEqualTo("hell");
    assertThat(neighbor.result().text()).isEqualTo("neighbor");
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void everythingComesBackHoweverRequestsEnd() {
    Rig rig = new Rig(runtime, Rig.bounds().featureCacheBytes(0).build());
    for (int stage = 0; stage < 12; stage++) {
      RecordingListener cancelled = new RecordingListener();
      GenerationHandle handle = rig.submit("cancelled at " + stage, cancelled);
      RecordingListener late =
          rig.submit(
              GenerationRequest.of("late at " + stage)
                  .withRoute(Route.LLM_ONLY)
                  .withTimeout(Duration.ofNanos(5)));
      rig.submit("what? fails");
      for (int turn = 0; turn < stage; turn++) {
        rig.turn();
      }
      handle.cancel();
      handle.cancel();
      rig.nanos += 5;
      rig.turnUntilIdle();
      assertThat(cancelled.terminalEvents()).isOne();
      assertThat(late.terminalEvents()).isOne();
      assertThat(rig.slm.openStates + rig.llmDecoder.openStates).isZero();
      assertThat(rig.model.featureCacheStatistics().bytes()).isZero();
    }
    for (int i = 0; i < Rig.OPTIONS.queueCapacity(); i++) {
      rig.submit("again " + i);
    }
    rig.turn();
    assertThat(rig.slm.prefillSizes).endsWith(Rig.OPTIONS.maxBatchSize());
  }

  @Test
  void cancellingInTheCallThatFinishesYieldsOneTerminalEvent() {
    Rig rig = new Rig(runtime);
    RecordingListener listener = new RecordingListener();
    GenerationHandle handle = rig.submit("h", listener);
    rig.slm.onDecode = handle::cancel;
    rig.turnUntilIdle();
    assertThat(listener.result().finishReason()).isEqualTo(FinishReason.EOS);
  }

  @Test
  void aRequestWhoseDeadlinePassesInTheQueueIsNeverRead() {
    Rig rig = new Rig(runtime);
    RecordingListener late =
        rig.submit(GenerationRequest.of("late").withTimeout(Duration.ofNanos(50)));
    RecordingListener inTime =
        rig.submit(GenerationRequest.of("in time").withTimeout(Duration.ofNanos(51)));
    rig.nanos += 50;
    rig.turnUntilIdle();
    assertThat(late.result().finishReason()).isEqualTo(FinishReason.DEADLINE);
    assertThat(late.result().text()).isEmpty();
    assertThat(rig.encoder.passes.get(0)).containsExactly("in time");
    assertThat(inTime.result().text()).isEqualTo("in time");
  }

  @Test
  void aDeadlineEndsDecodingWithThePartialText() {
    Rig rig = new Rig(runtime);
    RecordingListener listener =
        rig.submit(GenerationRequest.of("hello").withTimeout(Duration.ofNanos(20)));
    rig.slm.onDecode = () -> rig.nanos += 10;
    rig.turnUntilIdle();
    assertThat(listener.result().finishReason()).isEqualTo(FinishReason.DEADLINE);
    assertThat(listener.result().text()).isEqualTo("hell");
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void aTimeoutOfCenturiesIsNoDeadline() {
    Rig rig = new Rig(runtime);
    RecordingListener listener =
        rig.submit(GenerationRequest.of("hello").withTimeout(Duration.ofSeconds(Long.MAX_VALUE)));
    rig.turnUntilIdle();
    assertThat(listener.result().text()).isEqualTo("hello");
  }

  @Test
  void closingEndsWaitingAndRunningRequestsAndFreesTheirStates() {
    Rig rig = new Rig(runtime);
    RecordingListener running = rig.submit("running");
    rig.turn();
    rig.turn();
    RecordingListener waiting = rig.submit("waiting");
    rig.model.close();
    assertThat(running.failure()).isInstanceOf(ModelClosedException.class);
    assertThat(running.chunks()).containsExactly("ru");
    assertThat(waiting.failure()).isInstanceOf(ModelClosedException.class);
    assertThat(rig.slm.openStates).isZero();
    assertThatThrownBy(() -> rig.submit("refused")).isInstanceOf(ModelClosedException.class);
    rig.turnUntilIdle();
    rig.model.close();
    assertThat(running.terminalEvents() + waiting.terminalEvents()).isEqualTo(2);
  }

  @Test
  void closingOnAnInterruptedThreadStillFreesEverything() {
    Rig rig = new Rig(runtime);
    RecordingListener running = rig.submit("running");
    rig.turn();
    Thread.currentThread().interrupt();
    rig.model.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(running.failure()).isInstanceOf(ModelClosedException.class);
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void aListenerThatThrowsCancelsItsOwnGenerationOnly() {
    Rig rig = new Rig(runtime);
    RecordingListener ends = new RecordingListener();
    rig.model.submit(
        GenerationRequest.of("hello"),
        new GenerationListener() {
          @Override
          public void onChunk(TextChunk chunk) {
            throw new AssertionError("the listener is broken");
          }

          @Override
          public void onComplete(GenerationResult result) {
            ends.onChunk(new TextChunk(result.text()));
            ends.onComplete(result);
          }

          @Override
          public void onError(L2sException failure) {
            ends.onError(failure);
          }
        });
    RecordingListener neighbor = rig.submit("neighbor");
    rig.turnUntilIdle();
    assertThat(ends.result().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(ends.result().text()).isEqualTo("he");
    assertThat(neighbor.result().text()).isEqualTo("neighbor");
  }

  @Test
  void aListenerThatThrowsAtTheEndHarmsNobody() {
    Rig rig = new Rig(runtime);
    rig.model.submit(
        GenerationRequest.of("hello"),
        new GenerationListener() {
          @Override
          public void onComplete(GenerationResult result) {
            throw new IllegalStateException("the listener is broken");
          }

          @Override
          public void onError(L2sException failure) {}
        });
    RecordingListener neighbor = rig.submit("neighbor");
    rig.turnUntilIdle();
    assertThat(neighbor.result().text()).isEqualTo("neighbor");
  }
}
