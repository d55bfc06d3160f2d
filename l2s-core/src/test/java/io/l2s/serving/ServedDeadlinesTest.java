package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.FinishReason;
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

  /**
   * A model that has answered enough requests of its routes to know their times. It reads a prompt
   * in 100 ms and makes a decode call of two steps in 100 ms; LLM_ONLY decodes in no time.
   */
  private static Rig knownRig(int maxBatchSize) {
    Rig rig = new Rig(runtime, Rig.bounds().maxBatchSize(maxBatchSize).build());
    rig.encoder.onEncode = () -> rig.nanos += Duration.ofMillis(100).toNanos();
    rig.slm.onDecode = rig.encoder.onEncode;
    for (int i = 10; i < 10 + ServiceTimes.LATEST; i++) {
      serve(rig, GenerationRequest.of("p" + i));
      serve(rig, GenerationRequest.of("l" + i).withRoute(Route.LLM_ONLY));
    }
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
    Rig rig = knownRig(1);
    RecordingListener first = rig.submit("two");
    RecordingListener second = rig.submit("six");
    assertThatThrownBy(() -> rig.submit(request("late", 599)))
        .isInstanceOf(QueueFullException.class)
        .hasMessage(
            "the queue is too long for this request: the 2 before it will take about 0.600 s, and"
                + " its timeout is 0.599 s; retry later or allow more time");
    RecordingListener inTime = rig.submit(request("in time", 1_200));
    rig.turnUntilIdle();
    assertThat(first.result().text()).isEqualTo("two");
    assertThat(second.result().text()).isEqualTo("six");
    assertThat(inTime.result().text()).isEqualTo("in time");
    assertThat(inTime.result().finishReason()).isEqualTo(FinishReason.EOS);
  }

  @Test
  void requestsThatDecodeTogetherAreNotAddedUp() {
    Rig rig = knownRig(4);
    rig.submit("two");
    rig.submit("six");
    // Their prompts take 200 ms, and their 200 ms of decoding are shared by four.
    assertThatThrownBy(() -> rig.submit(request("late", 299)))
        .isInstanceOf(QueueFullException.class)
        .hasMessageContaining("the 2 before it will take about 0.300 s");
    rig.submit(request("soon", 300));
    rig.turnUntilIdle();
    assertThat(rig.encoder.passes.get(rig.encoder.passes.size() - 1))
        .containsExactly("two", "six", "soon");
  }

  @Test
  void aRequestWithoutADeadlineWaitsHoweverLongTheQueueIs() {
    Rig rig = knownRig(1);
    for (int i = 1; i < Rig.OPTIONS.queueCapacity(); i++) {
      rig.submit("wait " + i);
    }
    RecordingListener patient = rig.submit("patient");
    rig.turnUntilIdle();
    assertThat(patient.result().text()).isEqualTo("patient");
  }

  @Test
  void nothingIsRefusedForItsDeadlineBeforeEnoughWasServed() {
    Rig rig = new Rig(runtime);
    rig.slm.onDecode = () -> rig.nanos += Duration.ofSeconds(10).toNanos();
    serve(rig, GenerationRequest.of("one"));
    rig.submit("wait");
    RecordingListener unknown = rig.submit(request("soon", 5));
    rig.turnUntilIdle();
    assertThat(unknown.result().finishReason()).isEqualTo(FinishReason.DEADLINE);
  }

  @Test
  void nothingIsRefusedForItsDeadlineWhileNothingWaits() {
    Rig rig = knownRig(1);
    RecordingListener hurried = rig.submit(request("hurried", 2));
    rig.turnUntilIdle();
    assertThat(hurried.result().finishReason()).isEqualTo(FinishReason.DEADLINE);
  }

  @Test
  void requestsThatAreLateThemselvesTakeNoTime() {
    Rig rig = knownRig(1);
    rig.submit("going");
    rig.turn();
    RecordingListener late = rig.submit(request("late", 10));
    rig.nanos += Duration.ofMillis(10).toNanos();
    RecordingListener next = rig.submit(request("next", 20));
    rig.turnUntilIdle();
    assertThat(late.result().finishReason()).isEqualTo(FinishReason.DEADLINE);
    assertThat(next.terminalEvents()).isOne();
  }

  @Test
  void aRequestThatComesLateEndsWithItsDeadlineAndIsNotRefused() {
    Rig rig = knownRig(1);
    rig.submit("wait");
    RecordingListener late =
        rig.submit(GenerationRequest.of("late").withTimeout(Duration.ofNanos(1)));
    rig.nanos += 1;
    rig.turnUntilIdle();
    assertThat(late.result().finishReason()).isEqualTo(FinishReason.DEADLINE);
  }

  @Test
  void theQueueIsWeighedByTheRoutesOfThoseThatWait() {
    Rig rig = knownRig(1);
    for (int i = 0; i < 3; i++) {
      rig.submit(GenerationRequest.of("wait").withRoute(Route.LLM_ONLY));
    }
    // LLM_ONLY reads a prompt in 100 ms and decodes in no time.
    assertThatThrownBy(() -> rig.submit(request("late", 299)))
        .isInstanceOf(QueueFullException.class)
        .hasMessageContaining("the 3 before it will take about 0.300 s");
    assertThat(rig.submit(request("soon", 300)).terminalEvents()).isZero();
    rig.turnUntilIdle();
  }
}
