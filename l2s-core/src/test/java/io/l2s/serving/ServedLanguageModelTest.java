package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.FinishReason;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.InvalidRequestException;
import io.l2s.OnEngine;
import io.l2s.PromptTooLongException;
import io.l2s.QueueFullException;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.ServingStatistics;
import io.l2s.tokenizer.Vocabulary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServedLanguageModelTest extends OnEngine {

  @Test
  void answersByTheHybridRouteUntilEndOfSequence() {
    Rig rig = new Rig(runtime);
    RecordingListener listener = rig.submit("hello");
    rig.turnUntilIdle();
    GenerationResult result = listener.result();
    assertThat(result.text()).isEqualTo("hello");
    assertThat(result.ids()).containsExactly(104, 101, 108, 108, 111, EchoCodec.EOS);
    assertThat(result.promptIds()).containsExactly(104, 101, 108, 108, 111);
    assertThat(result.finishReason()).isEqualTo(FinishReason.EOS);
    assertThat(result.route()).isEqualTo(Route.HYBRID);
    assertThat(result.degradation()).isEmpty();
    assertThat(listener.chunks()).containsExactly("he", "ll", "o");
  }

  @Test
  void aChunkHasOneTokenWhereTheRequestAsksForIt() {
    Rig rig = new Rig(runtime);
    RecordingListener listener = rig.submit(GenerationRequest.of("hello").withChunkPerToken());
    rig.turnUntilIdle();
    assertThat(listener.chunks()).containsExactly("h", "e", "l", "l", "o");
  }

  @Test
  void logprobsComeWithTheTextOfTheirTokens() {
    Rig rig = new Rig(runtime);
    GenerationOptions.Builder options = GenerationOptions.builder().stop(List.of("lo"));
    RecordingListener with =
        rig.submit(GenerationRequest.of("hello").withOptions(options.logprobs(true).build()));
    RecordingListener without =
        rig.submit(GenerationRequest.of("hello").withOptions(options.logprobs(false).build()));
    rig.turnUntilIdle();
    assertThat(with.result().text()).isEqualTo("hel");
    assertThat(with.result().candidates().get(0).tokens())
        .containsExactly("h", "e", "l", "l", "o")
        .hasSameSizeAs(with.result().candidates().get(0).logprobs());
    assertThat(without.result().candidates().get(0).tokens()).isEmpty();
  }

  @Test
  void answersByTheRouteAskedFor() {
    Rig rig = new Rig(runtime);
    RecordingListener listener = rig.submit(GenerationRequest.of("abc").withRoute(Route.LLM_ONLY));
    rig.turnUntilIdle();
    assertThat(listener.result().text()).isEqualTo("bcd");
    assertThat(listener.result().route()).isEqualTo(Route.LLM_ONLY);
  }

  @Test
  void stopsAtTheLimitAndNeverDecodesBeyondIt() {
    Rig rig = new Rig(runtime);
    RecordingListener listener = rig.submit(GenerationRequest.of("hello").withMaxNewTokens(3));
    rig.turnUntilIdle();
    assertThat(listener.result().text()).isEqualTo("hel");
    assertThat(listener.result().finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(rig.slm.steps).containsExactly(2, 1);
  }

  @Test
  void decodesUnequalPromptsTogetherEachToItsOwnEnd() {
    Rig rig = new Rig(runtime);
    List<RecordingListener> listeners =
        List.of(rig.submit("a"), rig.submit("bcdefg"), rig.submit("hij"));
    rig.turnUntilIdle();
    assertThat(listeners)
        .extracting(each -> each.result().text())
        .containsExactly("a", "bcdefg", "hij");
    assertThat(rig.encoder.passes).containsExactly(List.of("a", "bcdefg", "hij"));
    assertThat(rig.slm.prefillSizes).containsExactly(3);
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void doesNotPadShortPromptsToMuchLongerOnes() {
    Rig rig = new Rig(runtime);
    String longPrompt = "x".repeat(48);
    List<RecordingListener> listeners =
        List.of(rig.submit("ab"), rig.submit(longPrompt), rig.submit("cd"));
    rig.turnUntilIdle();
    assertThat(rig.encoder.passes).containsExactly(List.of("ab", "cd"), List.of(longPrompt));
    assertThat(listeners.get(1).result().text()).isEqualTo(longPrompt);
  }

  @Test
  void runsNoMoreSequencesTogetherThanTheBatchSize() {
    Rig rig = new Rig(runtime);
    List<RecordingListener> listeners = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      listeners.add(rig.submit("prompt " + i));
    }
    rig.turnUntilIdle();
    assertThat(rig.slm.prefillSizes).containsExactly(4, 2);
    assertThat(listeners).extracting(each -> each.result().text()).endsWith("prompt 5");
  }

  @Test
  void lateArrivalsStartWhileAnEarlierAnswerStillRuns() {
    Rig rig = new Rig(runtime);
    RecordingListener early = rig.submit("x".repeat(40));
    rig.turn();
    rig.turn();
    RecordingListener late = rig.submit("late");
    while (late.terminalEvents() == 0) {
      assertThat(rig.turn()).isTrue();
    }
    assertThat(early.terminalEvents()).isZero();
    rig.turnUntilIdle();
    assertThat(early.result().text()).hasSize(40);
    assertThat(rig.slm.openStates).isZero();
  }

  @Test
  void aRepeatedPromptCostsNoPassOfTheLlm() {
    Rig rig = new Rig(runtime);
    rig.submit("hello");
    rig.turnUntilIdle();
    RecordingListener again = rig.submit("hello");
    RecordingListener other = rig.submit("world");
    RecordingListener twin = rig.submit("world");
    rig.turnUntilIdle();
    assertThat(rig.encoder.passes).containsExactly(List.of("hello"), List.of("world"));
    assertThat(List.of(again, other, twin))
        .extracting(each -> each.result().text())
        .containsExactly("hello", "world", "world");
  }

  @Test
  void anotherRouteFindsTheFeaturesOfTheFirst() {
    Rig rig = new Rig(runtime);
    rig.submit("abc");
    rig.turnUntilIdle();
    RecordingListener again = rig.submit(GenerationRequest.of("abc").withRoute(Route.LLM_ONLY));
    rig.turnUntilIdle();
    assertThat(again.result().text()).isEqualTo("bcd");
    assertThat(again.result().timings().encode()).isZero();
    assertThat(rig.encoder.passes).hasSize(1);
  }

  @Test
  void withoutACacheTheLlmReadsEveryTime() {
    Rig rig = new Rig(runtime, Rig.bounds().featureCacheBytes(0).build());
    rig.submit("hello");
    rig.turnUntilIdle();
    rig.submit("hello");
    rig.turnUntilIdle();
    assertThat(rig.encoder.passes).hasSize(2);
  }

  @Test
  void reportsWhereTheTimeWent() {
    Rig rig = new Rig(runtime);
    rig.encoder.onEncode = () -> rig.nanos += 100;
    rig.slm.onPrefill = () -> rig.nanos += 20;
    rig.slm.onDecode = () -> rig.nanos += 3;
    RecordingListener listener = rig.submit("hello");
    rig.nanos += 5000;
    rig.turnUntilIdle();
    var timings = listener.result().timings();
    assertThat(timings.queued()).isEqualTo(Duration.ofNanos(5000));
    assertThat(timings.encode()).isEqualTo(Duration.ofNanos(100));
    assertThat(timings.prefill()).isEqualTo(Duration.ofNanos(20));
    assertThat(timings.decode()).isEqualTo(Duration.ofNanos(9));
    assertThat(timings.firstToken()).isEqualTo(Duration.ofNanos(5123));
    assertThat(timings.total()).isEqualTo(Duration.ofNanos(5129));
  }

  @Test
  void reportsTheProjectionAsThePartOfThePrefillThatItIs() {
    Rig rig = new Rig(runtime);
    rig.slm.onProject = () -> rig.nanos += 7;
    rig.slm.onPrefill = () -> rig.nanos += 20;
    RecordingListener hybrid = rig.submit("hello");
    rig.turnUntilIdle();
    assertThat(hybrid.result().timings().project()).isEqualTo(Duration.ofNanos(7));
    assertThat(hybrid.result().timings().prefill()).isEqualTo(Duration.ofNanos(27));

    RecordingListener large = rig.submit(GenerationRequest.of("hello").withRoute(Route.LLM_ONLY));
    rig.turnUntilIdle();
    assertThat(large.result().timings().project()).isZero();
  }

  @Test
  void reportsWhoWaitsAndDecodesAndCountsTheDecodedSequences() {
    Rig rig = new Rig(runtime);
    rig.submit("abcd");
    rig.submit("efgh");
    assertThat(rig.model.servingStatistics()).isEqualTo(new ServingStatistics(2, 0, 0, 0));
    rig.turn();
    assertThat(rig.model.servingStatistics()).isEqualTo(new ServingStatistics(0, 2, 0, 0));
    rig.turn();
    assertThat(rig.model.servingStatistics()).isEqualTo(new ServingStatistics(0, 2, 1, 2));
    rig.turnUntilIdle();
    assertThat(rig.model.servingStatistics()).isEqualTo(new ServingStatistics(0, 0, 3, 6));
  }

  @Test
  void nobodyDecodesInAClosedModel() {
    Rig rig = new Rig(runtime);
    rig.submit("abcd");
    rig.turn();
    assertThat(rig.model.servingStatistics().decoding()).isOne();
    rig.model.close();
    assertThat(rig.model.servingStatistics().decoding()).isZero();
  }

  @Test
  void refusesARouteThatIsNotThereAndNamesTheRemedy() {
    Rig rig = new Rig(runtime);
    assertThat(rig.model.routes())
        .containsExactlyInAnyOrder(Route.HYBRID, Route.LLM_ONLY, Route.EXACT);
    assertThatThrownBy(() -> rig.submit(GenerationRequest.of("abc").withRoute(Route.SLM_ONLY)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "route must be one of [HYBRID, LLM_ONLY, EXACT] (SLM_ONLY needs a bundle that names"
                + " slmAlone), but was SLM_ONLY");
  }

  @Test
  void exactIsNotThereWhereAStateTakesNoTokensBack() {
    Rig rig = new Rig(runtime);
    rig.slm.rewindable = false;
    assertExactIsRefused(
        rig,
        Rig.components(rig.encoder, rig.slm),
        "EXACT needs states that take tokens back, but those of the SLM do not");
    rig.llmDecoder.rewindable = false;
    assertExactIsRefused(
        rig,
        Rig.components(rig.encoder, rig.slm),
        "EXACT needs states that take tokens back, but those of the LLM's decoder do not");
  }

  @Test
  void exactIsNotThereWhereTheVocabulariesDifferThoughTheirSizesDoNot() {
    Rig rig = new Rig(runtime);
    ServedComponents one = Rig.components(rig.encoder, rig.slm);
    TextCodec other = new EchoCodec(new Vocabulary(1 << 16, "other characters"));
    assertThat(one.oneVocabulary()).isTrue();
    assertExactIsRefused(
        rig,
        new ServedComponents(
            one.llm(),
            Optional.of(
                new ServedComponents.Slm(
                    Rig.fuser(rig.slm), rig.slm, other, Set.of(EchoCodec.EOS))),
            Optional.empty()),
        "EXACT needs one vocabulary");
  }

  private static void assertExactIsRefused(Rig rig, ServedComponents parts, String reason) {
    ServedLanguageModel model = rig.serve(parts, Rig.OPTIONS);
    assertThat(model.routes()).containsExactlyInAnyOrder(Route.HYBRID, Route.LLM_ONLY);
    GenerationRequest request = GenerationRequest.of("abc").withRoute(Route.EXACT);
    assertThatThrownBy(() -> model.submit(request, new RecordingListener()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(reason);
    assertThat(rig.encoder.passes).isEmpty();
  }

  @Test
  void aModelOfItsOwnAnswersWithoutTheLlm() {
    Rig rig = new Rig(runtime);
    ServedComponents both = Rig.components(rig.encoder, rig.slm);
    ServedLanguageModel model =
        rig.serve(
            new ServedComponents(
                both.llm(),
                both.slm(),
                Optional.of(
                    new ServedComponents.SlmAlone(
                        rig.slmAlone, new EchoCodec(), Set.of(EchoCodec.EOS)))),
            Rig.OPTIONS);
    RecordingListener listener = new RecordingListener();
    model.submit(GenerationRequest.of("abc").withRoute(Route.SLM_ONLY), listener);
    rig.turnUntilIdle();
    assertThat(listener.result().text()).isEqualTo("cde");
    assertThat(listener.result().route()).isEqualTo(Route.SLM_ONLY);
    assertThat(rig.encoder.passes).isEmpty();
  }

  @Test
  void withoutAnSlmTheLlmAnswersAndWithoutItsDecoderThereIsNoModel() {
    Rig rig = new Rig(runtime);
    ServedComponents llmAlone =
        new ServedComponents(
            Rig.components(rig.encoder, rig.slm).llm(), Optional.empty(), Optional.empty());
    ServedLanguageModel model = rig.serve(llmAlone, Rig.OPTIONS);
    RecordingListener listener = new RecordingListener();
    model.submit(GenerationRequest.of("abc"), listener);
    rig.turnUntilIdle();
    assertThat(listener.result().route()).isEqualTo(Route.LLM_ONLY);
    rig.encoder.decoder = Optional.empty();
    assertThatThrownBy(() -> rig.serve(llmAlone, Rig.OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no route possible");
  }

  @Test
  void refusesAPromptOfTooManyCharactersTokensOrNone() {
    Rig rig = new Rig(runtime);
    assertThatThrownBy(() -> rig.submit("x".repeat(101)))
        .isInstanceOf(PromptTooLongException.class)
        .hasMessage("prompt must be at most 100 characters long, but was 101 characters");
    assertThatThrownBy(() -> rig.submit("x".repeat(51)))
        .isInstanceOf(PromptTooLongException.class)
        .hasMessage("prompt must be at most 50 tokens long, but was 51 tokens");
    assertThatThrownBy(() -> rig.submit(""))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("prompt must be at least 1 token long, but was 0 tokens");
    RecordingListener longest = rig.submit("x".repeat(50));
    rig.turnUntilIdle();
    assertThat(longest.result().promptIds()).hasSize(50);
  }

  @Test
  void refusesAtOnceWhenTheQueueIsFullAndAcceptsAgainLater() {
    Rig rig = new Rig(runtime);
    for (int i = 0; i < 8; i++) {
      rig.submit("waiting " + i);
    }
    assertThatThrownBy(() -> rig.submit("one too many")).isInstanceOf(QueueFullException.class);
    rig.turn();
    RecordingListener later = rig.submit("later");
    rig.turnUntilIdle();
    assertThat(later.result().text()).isEqualTo("later");
  }
}
