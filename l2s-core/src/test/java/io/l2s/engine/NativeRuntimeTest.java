package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NativeRuntimeTest {

  private final NativeRuntime runtime = NativeRuntime.start(false);

  @AfterEach
  void close() {
    runtime.close();
  }

  @Test
  void anInterruptedCallerDoesNotWaitForItsCall() {
    CountDownLatch busy = new CountDownLatch(1);
    runtime.execute(() -> awaitQuietly(busy));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> runtime.call(() -> null)).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    busy.countDown();
  }

  @Test
  void anInterruptedCallerStillWaitsForARelease() {
    AtomicBoolean released = new AtomicBoolean();
    CountDownLatch busy = new CountDownLatch(1);
    runtime.execute(() -> awaitQuietly(busy));
    Thread.currentThread().interrupt();
    new Thread(busy::countDown).start();
    runtime.release(() -> released.set(true));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(released).isTrue();
  }

  @Test
  void aReleaseDoesNotWaitForEverForACallThatHangs() throws InterruptedException {
    NativeRuntime hanging =
        NativeRuntime.start(
            false, ThreadOptions.AUTO, UnaryOperator.identity(), Duration.ofMillis(20));
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(2);
    hanging.execute(() -> awaitQuietly(busy));

    hanging.release(released::countDown);
    hanging.release(released::countDown);
    assertThat(released.getCount()).isEqualTo(2);

    busy.countDown();
    released.await();
    hanging.close();
  }

  @Test
  void whatAnInterruptedCallerOpenedIsClosed() throws InterruptedException {
    CountDownLatch opening = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    CountDownLatch busy = new CountDownLatch(1);
    Thread caller =
        new Thread(
            () -> {
              try {
                runtime.open(
                    () -> {
                      opening.countDown();
                      awaitQuietly(busy);
                      return (AutoCloseable) closed::countDown;
                    });
              } catch (CancellationException e) {
                interrupted.set(true);
              }
            });
    caller.start();
    opening.await();
    caller.interrupt();
    caller.join();
    busy.countDown();

    closed.await();
    assertThat(interrupted).isTrue();
  }

  @Test
  void aReleaseAfterTheRuntimeHasClosedDoesNothing() {
    runtime.close();
    AtomicBoolean released = new AtomicBoolean();
    runtime.release(() -> released.set(true));
    assertThat(released).isFalse();
  }

  @Test
  void closingReturnsWhenTheNativeThreadHasEnded() {
    Thread own = runtime.call(Thread::currentThread);
    runtime.close();
    assertThat(own.isAlive()).isFalse();
  }

  @Test
  void aFailedReleaseIsTold() {
    assertThatThrownBy(
            () ->
                runtime.release(
                    () -> {
                      throw new IllegalStateException("stuck");
                    }))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("stuck");
  }

  @Test
  void aDiskThatRefusesIsNoFailureOfTheEngine() {
    UncheckedIOException full = new UncheckedIOException("cannot write x", new IOException("full"));
    assertThatThrownBy(
            () ->
                runtime.call(
                    () -> {
                      throw full;
                    }))
        .isSameAs(full);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
