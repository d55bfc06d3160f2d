package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.GenerationRequest;
import io.l2s.ModelClosedException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.OnEngine;
import io.l2s.RecordingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Native calls that do not return in time, or not at all. */
@Timeout(60)
class ServedWatchdogTest extends OnEngine {

  @Test
  void aCallThatTakesTooLongEndsRunningAndWaitingRequestsWhileItLasts() {
    Rig rig = new Rig(runtime);
    RecordingListener running = rig.submit("running");
    rig.turn();
    rig.turn();
    RecordingListener waiting = rig.submit("waiting");
    List<Integer> endedInTheCall = new ArrayList<>();
    rig.slm.onDecode =
        () -> {
          rig.nanos += 501;
          rig.watchdog.run();
          endedInTheCall.add(running.terminalEvents() + waiting.terminalEvents());
          assertThatThrownBy(() -> rig.submit("refused"))
              .isInstanceOf(ModelUnresponsiveException.class);
        };
    rig.turn();
    rig.turn();
    assertThat(endedInTheCall).containsExactly(2);
    assertThat(running.failure())
        .isInstanceOf(ModelUnresponsiveException.class)
        .hasMessage(
            "the model does not respond: a native call has lasted longer than"
                + " nativeCallLimit, PT0.0000005S; it serves again once the call returns,"
                + " else restart the application");
    assertThat(running.chunks()).containsExactly("ru");
    assertThat(waiting.failure()).isInstanceOf(ModelUnresponsiveException.class);
    rig.turnUntilIdle();
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void theModelServesAgainWhenTheCallHasReturned() {
    Rig rig = new Rig(runtime);
    rig.submit("hangs");
    rig.encoder.onEncode =
        () -> {
          rig.nanos += 501;
          rig.watchdog.run();
        };
    rig.turn();
    rig.encoder.onEncode = () -> {};
    assertThat(rig.responsiveness).containsExactly(false);
    assertThatThrownBy(() -> rig.submit("too early"))
        .isInstanceOf(ModelUnresponsiveException.class);
    rig.watchdog.run();
    assertThat(rig.responsiveness).containsExactly(false, true);
    RecordingListener next = rig.submit("next");
    rig.turnUntilIdle();
    assertThat(next.result().text()).isEqualTo("next");
    rig.watchdog.run();
    assertThat(rig.responsiveness).hasSize(2);
  }

  @Test
  void callsWithinTheLimitAndAnIdleModelAreLeftInPeace() {
    Rig rig = new Rig(runtime);
    RecordingListener listener = rig.submit("hello");
    rig.slm.onDecode =
        () -> {
          rig.nanos += 500;
          rig.watchdog.run();
        };
    rig.turnUntilIdle();
    rig.nanos += 10_000;
    rig.watchdog.run();
    assertThat(listener.result().text()).isEqualTo("hello");
    assertThat(rig.responsiveness).isEmpty();
  }

  @Test
  void withoutALimitNothingIsWatched() {
    Rig rig = new Rig(runtime, Rig.bounds().nativeCallLimit(Duration.ZERO).build());
    RecordingListener listener = rig.submit("hello");
    rig.slm.onDecode =
        () -> {
          rig.nanos += Duration.ofDays(1).toNanos();
          rig.watchdog.run();
        };
    rig.turnUntilIdle();
    assertThat(listener.result().text()).isEqualTo("hello");
  }

  @Test
  void aListenerThatThrowsDoesNotKeepTheModelFromServingAgain() {
    Rig rig = new Rig(runtime);
    rig.responsivenessListener =
        responsive -> {
          throw new AssertionError("the listener is broken");
        };
    rig.submit("hangs");
    rig.slm.onPrefill =
        () -> {
          rig.nanos += 501;
          rig.watchdog.run();
        };
    rig.turn();
    rig.slm.onPrefill = () -> {};
    rig.watchdog.run();
    RecordingListener next = rig.submit("next");
    rig.turnUntilIdle();
    assertThat(next.result().text()).isEqualTo("next");
  }

  @Test
  void theTimerCallsAgainAndAgainUntilItIsStopped() throws Exception {
    CountDownLatch calls = new CountDownLatch(3);
    Runnable stop = Watchdog.Timer.DAEMON.every(Duration.ofMillis(1), calls::countDown);
    assertThat(calls.await(30, TimeUnit.SECONDS)).isTrue();
    stop.run();
  }

  @Test
  void closingDoesNotWaitForACallThatDoesNotReturn() throws Exception {
    EchoEncoder encoder = new EchoEncoder();
    EchoDecoder slm = new EchoDecoder(0);
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch returns = new CountDownLatch(1);
    slm.onDecode =
        () -> {
          hangs.countDown();
          try {
            assertThat(returns.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    AtomicLong nanos = new AtomicLong();
    AtomicReference<Runnable> check = new AtomicReference<>();
    ServedLanguageModel model =
        new ServedLanguageModel(
            Rig.components(encoder, slm),
            Rig.OPTIONS,
            NativeThread.of(runtime),
            new Surroundings(
                Runnable::run,
                nanos::get,
                (period, task) -> {
                  check.set(task);
                  return () -> {};
                },
                ResponsivenessListener.NONE));
    RecordingListener listener = new RecordingListener();
    model.submit(GenerationRequest.of("hangs"), listener);
    assertThat(hangs.await(30, TimeUnit.SECONDS)).isTrue();
    nanos.set(501);
    check.get().run();
    assertThat(listener.failure()).isInstanceOf(ModelUnresponsiveException.class);
    model.close();
    assertThat(slm.openStates).isOne();
    returns.countDown();
    runtime.call(() -> null);
    assertThat(slm.openStates).isZero();
    check.get().run();
    assertThatThrownBy(() -> model.submit(GenerationRequest.of("late"), new RecordingListener()))
        .isInstanceOf(ModelClosedException.class);
  }
}
