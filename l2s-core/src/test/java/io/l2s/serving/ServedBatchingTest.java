package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.FinishReason;
import io.l2s.GenerationHandle;
import io.l2s.GenerationRequest;
import io.l2s.InvalidRequestException;
import io.l2s.ModelClosedException;
import io.l2s.OnEngine;
import io.l2s.RecordingListener;
import io.l2s.Route;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who decodes with whom, and when. */
class ServedBatchingTest extends OnEngine {

  @Test
  void lateArrivalsJoinTheRunningBatchAndLeaveItWhenTheyEnd() {
    Rig rig = new Rig(runtime);
    RecordingListener early = rig.submit("x".repeat(20));
    rig.turn();
    rig.turn();
    RecordingListener late = rig.submit("late");
    rig.turn();
    assertThat(rig.slm.openStates).isOne();
    rig.turnUntilIdle();
    assertThat(rig.slm.decodeSizes).containsExactly(1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1);
    assertThat(late.result().text()).isEqualTo("late");
    assertThat(early.result().text()).isEqualTo("x".repeat(20));
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void theLastRowsTakeThePlaceOfThoseThatLeave() {
    Rig rig = new Rig(runtime);
    List<RecordingListener> listeners =
        List.of(rig.submit("a"), rig.submit("bcdefg"), rig.submit("hijklm"), rig.submit("nopq"));
    rig.turnUntilIdle();
    assertThat(rig.slm.kept).containsExactly(new int[] {3, 1, 2}, new int[] {2, 1});
    assertThat(listeners)
        .extracting(each -> each.result().text())
        .containsExactly("a", "bcdefg", "hijklm", "nopq");
  }

  @Test
  void theBatchesOfTheRoutesTakeTurns() {
    Rig rig = new Rig(runtime);
    List<String> calls = new ArrayList<>();
    rig.slm.onDecode = () -> calls.add("slm");
    rig.llmDecoder.onDecode = () -> calls.add("llm");
    rig.submit("xxxxx");
    rig.submit(GenerationRequest.of("yyyyy").withRoute(Route.LLM_ONLY));
    rig.turnUntilIdle();
    // The LLM's batch comes in after the first turn of the SLM's.
    assertThat(calls).containsExactly("slm", "slm", "llm", "slm", "llm", "llm");
  }

  @Test
  void everyRunningBatchDecodesBetweenTwoAdmissions() {
    Rig rig = new Rig(runtime, Rig.bounds().admissionTokens(40).build());
    List<String> calls = new ArrayList<>();
    rig.encoder.onEncode = () -> calls.add("read");
    rig.slm.onDecode = () -> calls.add("decode");
    for (int i = 0; i < 4; i++) {
      rig.submit("a prompt with number " + i);
    }
    rig.turnUntilIdle();
    assertThat(calls.subList(0, 8))
        .containsExactly("read", "decode", "read", "decode", "read", "decode", "read", "decode");
  }

  @Test
  void aLongPromptIsReadAndPrefilledInTwoTurnsWhileAnotherAnswerGoesOn() {
    Rig rig = new Rig(runtime, Rig.bounds().admissionTokens(20).build());
    List<String> calls = calls(rig);
    RecordingListener running = rig.submit("x".repeat(20));
    rig.turn();
    rig.turn();
    calls.clear();
    RecordingListener large = rig.submit("z".repeat(30));
    rig.turnUntilIdle();
    assertThat(calls.subList(0, 4)).containsExactly("read", "decode", "prefill", "decode");
    assertThat(rig.model.featureCacheStatistics().misses()).isEqualTo(2);
    assertThat(rig.model.featureCacheStatistics().hits()).isZero();
    assertThat(large.result().text()).isEqualTo("z".repeat(30));
    assertThat(running.result().text()).isEqualTo("x".repeat(20));
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void aLongPromptWithNobodyBesideItAndAShortOneAreReadAndPrefilledInOneTurn() {
    Rig rig = new Rig(runtime, Rig.bounds().admissionTokens(20).build());
    List<String> calls = calls(rig);
    rig.submit("z".repeat(30));
    rig.turn();
    rig.turn();
    rig.submit("short");
    rig.turn();
    assertThat(calls).containsExactly("read", "prefill", "decode", "read", "prefill");
    rig.turnUntilIdle();
  }

  @Test
  void aLongPromptThatIsCancelledBetweenItsTurnsIsNotPrefilled() {
    Rig rig = new Rig(runtime, Rig.bounds().admissionTokens(20).build());
    RecordingListener running = rig.submit("x".repeat(20));
    rig.turn();
    RecordingListener large = new RecordingListener();
    GenerationHandle handle = rig.submit("z".repeat(30), large);
    rig.turn();
    rig.turn();
    handle.cancel();
    rig.turnUntilIdle();
    assertThat(large.result().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(rig.slm.prefillSizes).hasSize(1);
    assertThat(running.result().text()).isEqualTo("x".repeat(20));
  }

  @Test
  void aModelThatIsClosedBetweenTheTurnsOfALongPromptEndsIt() {
    Rig rig = new Rig(runtime, Rig.bounds().admissionTokens(20).build());
    rig.submit("x".repeat(20));
    rig.turn();
    RecordingListener large = rig.submit("z".repeat(30));
    rig.turn();
    rig.turn();
    assertThat(rig.encoder.passes).contains(List.of("z".repeat(30)));
    rig.model.close();
    assertThat(large.failure()).isInstanceOf(ModelClosedException.class);
    rig.turnUntilIdle();
    assertThat(rig.slm.openStates).isZero();
  }

  private static List<String> calls(Rig rig) {
    List<String> calls = new ArrayList<>();
    rig.encoder.onEncode = () -> calls.add("read");
    rig.slm.onProject = () -> calls.add("prefill");
    rig.slm.onDecode = () -> calls.add("decode");
    return calls;
  }

  @Test
  void aGroupIsReadWithinTheTokensOfAnAdmissionPaddingIncluded() {
    Rig rig = new Rig(runtime, Rig.bounds().admissionTokens(40).build());
    String tooLong = "z".repeat(45);
    List<String> prompts =
        List.of("a".repeat(13), "b".repeat(10), "c".repeat(14), "d".repeat(13), tooLong);
    List<RecordingListener> listeners = prompts.stream().map(rig::submit).toList();
    rig.turnUntilIdle();
    assertThat(rig.encoder.passes)
        .containsExactly(
            List.of(prompts.get(0), prompts.get(1), prompts.get(3)),
            List.of(prompts.get(2)),
            List.of(tooLong));
    assertThat(listeners)
        .extracting(each -> each.result().text())
        .containsExactlyElementsOf(prompts);
  }

  @Test
  void whatRunsStaysWithinTheTokensOfABatch() {
    Rig rig = new Rig(runtime, Rig.bounds().maxBatchTokens(119).build());
    List<RecordingListener> listeners = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      listeners.add(rig.submit(GenerationRequest.of("prompt " + i + " xx").withMaxNewTokens(29)));
    }
    rig.turnUntilIdle();
    // 11 and 29 tokens each: two are 80, three would be 120.
    assertThat(rig.slm.prefillSizes).containsExactly(2, 2, 1);
    assertThat(rig.slm.decodeSizes).allMatch(size -> size <= 2);
    assertThat(listeners).allSatisfy(each -> assertThat(each.result().text()).hasSize(11));
  }

  // 4 short ones of 5 + 5 tokens; beside a prompt of 40 each row would be 45 tokens wide.
  @Test
  void aLongPromptDoesNotWidenTheRowsOfABatchBeyondItsTokens() {
    Rig rig = new Rig(runtime, Rig.bounds().maxBatchTokens(110).build());
    List<RecordingListener> listeners = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      listeners.add(rig.submit(GenerationRequest.of("abcd" + i).withMaxNewTokens(5)));
    }
    rig.turn();
    listeners.add(rig.submit(GenerationRequest.of("x".repeat(40)).withMaxNewTokens(5)));
    rig.turnUntilIdle();
    assertThat(rig.slm.prefillSizes).containsExactly(4, 1);
    assertThat(rig.slm.decodeSizes).containsOnly(4, 1);
    assertThat(listeners).allMatch(each -> each.terminalEvents() == 1);
  }

  @Test
  void refusesARequestThatNoBatchCouldHoldAndTakesTheLargest() {
    Rig rig = new Rig(runtime, Rig.bounds().maxBatchTokens(110).build());
    assertThatThrownBy(() -> rig.submit(GenerationRequest.of("x".repeat(20)).withMaxNewTokens(91)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "maxNewTokens must be at most 90 for a prompt of 20 tokens, as a batch holds 110 in"
                + " all (maxBatchTokens), but was 91");
    RecordingListener largest =
        rig.submit(GenerationRequest.of("x".repeat(20)).withMaxNewTokens(90));
    rig.turnUntilIdle();
    assertThat(largest.result().text()).hasSize(20);
  }

  @Test
  void aLongPromptIsNotPassedForeverByShortOnesThatWouldFitIn() {
    Rig rig = new Rig(runtime, Rig.bounds().maxBatchTokens(100).build());
    RecordingListener first = rig.submit(shortRequest(0));
    rig.turn();
    RecordingListener large = rig.submit("x".repeat(50));
    for (int turn = 1; turn < 100 && large.terminalEvents() == 0; turn++) {
      if (turn % 6 == 1) {
        rig.submit(shortRequest(turn));
      }
      rig.turn();
    }
    assertThat(large.result().text()).hasSize(50);
    assertThat(first.result().text()).isEqualTo("short 0");
    assertThat(rig.encoder.passes.get(1)).containsExactly("x".repeat(50));
    rig.turnUntilIdle();
    assertThat(rig.slm.openStates).isZero();
  }

  private static GenerationRequest shortRequest(int number) {
    return GenerationRequest.of("short " + number).withMaxNewTokens(20);
  }

  @Test
  void newcomersThatCannotJoinFailAndTheRunningBatchGoesOn() {
    Rig rig = new Rig(runtime);
    RecordingListener early = rig.submit("early bird");
    rig.turn();
    rig.turn();
    rig.slm.onJoin =
        () -> {
          throw new OutOfMemoryError("no room for another row");
        };
    RecordingListener late = rig.submit("late");
    rig.turnUntilIdle();
    assertThat(late.failure()).hasMessage("the SLM failed: no room for another row");
    assertThat(early.result().text()).isEqualTo("early bird");
    assertThat(rig.slm.openStates).isZero();
  }
}
