package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.GenerationRequest;
import io.l2s.QueueFullException;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.engine.NativeRuntime;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A request whose deadline would pass in the queue is refused at once. */
class ServedDeadlinesTest {

  private static NativeRuntime runtime;

  @BeforeAll
  static void start() {
    runtime = NativeRuntime.start(false);
  }

  @AfterAll
  static void stop() {
    runtime.close();
  }

  /** A model that reads a prompt in 100 ms and decodes two tokens in 100 ms. */
  private static Rig slowRig() {
    Rig rig = new Rig(runtime);
    rig.encoder.onEncode = () -> rig.nanos += Duration.ofMillis(100).toNanos();
    rig.slm.onDecode = rig.encoder.onEncode;
    return rig;
  }

  private static GenerationRequest request(String prompt, int timeoutMillis) {
    return GenerationRequest.of(prompt).withTimeout(Duration.ofMillis(timeoutMillis));
  }

  private static void serve(Rig rig, GenerationRequest request) {
    rig.submit(request);
    rig.turnUntilIdle();
  }

  @Test
  void aRequestThatWouldWaitBeyondItsDeadlineIsRefusedAndSaysHowLong() {
    Rig rig = slowRig();
    serve(rig, GenerationRequest.of("one"));
    RecordingListener first = rig.submit("two");
    RecordingListener second = rig.submit("six");
    assertThatThrownBy(() -> rig.submit(request("late", 599)))
        .isInstanceOf(QueueFullException.class)
        .hasMessage(
            "the queue is too long for this request: the 2 before it will take about 0.600 s, and"
                + " its timeout is 0.599 s; retry later or allow more time");
    RecordingListener inTime = rig.submit(request("just", 600));
    rig.turnUntilIdle();
    assertThat(first.result().text()).isEqualTo("two");
    assertThat(second.result().text()).isEqualTo("six");
    assertThat(inTime.terminalEvents()).isOne();
  }

  @Test
  void aRequestWithoutADeadlineWaitsHoweverLongTheQueueIs() {
    Rig rig = slowRig();
    serve(rig, GenerationRequest.of("one"));
    for (int i = 1; i < Rig.OPTIONS.queueCapacity(); i++) {
      rig.submit("wait " + i);
    }
    RecordingListener patient = rig.submit("patient");
    rig.turnUntilIdle();
    assertThat(patient.result().text()).isEqualTo("patient");
  }

  @Test
  void nothingIsRefusedForItsDeadlineBeforeARequestWasServed() {
    Rig rig = slowRig();
    rig.submit("wait");
    RecordingListener unknown = rig.submit(request("soon", 1));
    rig.turnUntilIdle();
    assertThat(unknown.terminalEvents()).isOne();
  }

  @Test
  void nothingIsRefusedForItsDeadlineWhileNothingWaits() {
    Rig rig = slowRig();
    serve(rig, GenerationRequest.of("one"));
    serve(rig, request("hurried", 1));
    assertThat(rig.encoder.passes).hasSize(2);
  }

  @Test
  void theQueueIsWeighedByTheRoutesOfThoseThatWait() {
    Rig rig = slowRig();
    serve(rig, GenerationRequest.of("one"));
    serve(rig, GenerationRequest.of("one").withRoute(Route.LLM_ONLY));
    // The features of this prompt are in the cache, and the LLM's own decoder takes no time here.
    for (int i = 0; i < 4; i++) {
      rig.submit(GenerationRequest.of("one").withRoute(Route.LLM_ONLY));
    }
    RecordingListener soon = rig.submit(request("soon", 100));
    rig.turnUntilIdle();
    assertThat(soon.terminalEvents()).isOne();
  }
}
