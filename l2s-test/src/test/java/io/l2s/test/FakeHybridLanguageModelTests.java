package io.l2s.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.ChatMessage;
import io.l2s.Degradation;
import io.l2s.Degradation.Cause;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.GenerationStream;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.QueueFullException;
import io.l2s.Route;
import io.l2s.TextChunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What applications see of the fake, which is what they see of a model. */
@Timeout(30)
class FakeHybridLanguageModelTests {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final GenerationRequest REQUEST = GenerationRequest.of("Where is the station?");

  private final ManualScheduler time = new ManualScheduler();
  private final FakeHybridLanguageModel model = new FakeHybridLanguageModel();
  private final FakeHybridLanguageModel timed =
      FakeHybridLanguageModel.builder().scheduler(time).build();
  private final Events events = new Events();

  @Test
  void generateReturnsTheScriptedTokensJoined() {
    model.answer("Wo ", "ist der Bahnhof?");

    GenerationResult result = model.generate(REQUEST);

    assertThat(result.text()).isEqualTo("Wo ist der Bahnhof?");
    assertThat(result.route()).isEqualTo(Route.HYBRID);
    assertThat(result.finishReason()).isEqualTo(FinishReason.EOS);
    assertThat(result.usage().generatedTokens()).isEqualTo(3);
    assertThat(result.degradation()).isEmpty();
    assertThat(model.calls()).extracting(FakeCall::request).containsExactly(REQUEST);
  }

  @Test
  void aStreamHasAChunkForEachToken() {
    model.answer("Wo ", "ist ", "er?");

    try (GenerationStream stream = model.stream(REQUEST)) {
      assertThat(stream).extracting(TextChunk::text).containsExactly("Wo ", "ist ", "er?");
      assertThat(stream.result().text()).isEqualTo("Wo ist er?");
    }
  }

  @Test
  void answersComeInTheirOrderAndTheLastOneRepeats() {
    model.answer(FakeAnswer.of("a"), FakeAnswer.of("b"));

    assertThat(List.of(model.generate("1"), model.generate("2"), model.generate("3")))
        .extracting(GenerationResult::text)
        .containsExactly("a", "b", "b");
  }

  @Test
  void aFunctionAnswersByTheRequest() {
    model.answer(request -> FakeAnswer.of(request.prompt().toUpperCase()));

    assertThat(model.generate("ja").text()).isEqualTo("JA");
  }

  @Test
  void withoutAnAnswerARequestFailsAndSaysWhatIsMissing() {
    assertThatIllegalStateException()
        .isThrownBy(() -> model.generate("x"))
        .withMessageContaining("call answer(…) first");
  }

  @Test
  void tokensComeWhenTheSchedulerSaysSo() {
    timed.answer(FakeAnswer.of("a", "b").firstTokenAfter(SECOND).timePerToken(SECOND));
    timed.submit(REQUEST, events);

    assertThat(events.text).isEmpty();
    time.advance(SECOND);
    assertThat(events.text).containsExactly("a");
    assertThat(events.result).isNotDone();
    time.advance(SECOND);
    assertThat(events.text).containsExactly("a", "b");
    assertThat(events.result).isCompleted();
  }

  @Test
  void cancellingEndsTheAnswerWithWhatWasSent() {
    timed.answer(FakeAnswer.endless("a", SECOND));
    GenerationHandle handle = timed.submit(REQUEST, events);
    time.advance(SECOND);

    handle.cancel();
    time.advance(Duration.ofSeconds(9));

    assertThat(events.result.join().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(events.result.join().text()).isEqualTo("aa");
    assertThat(timed.calls().get(0).end().join()).isEqualTo(events.result.join());
  }

  @Test
  void aCancelledFutureStopsTheAnswer() throws Exception {
    model.answer(FakeAnswer.endless("a", Duration.ofMillis(1)));

    model.generateAsync(REQUEST).cancel(true);

    assertThat(model.calls().get(0).end().get(10, TimeUnit.SECONDS).finishReason())
        .isEqualTo(FinishReason.CANCELLED);
  }

  @Test
  void theDeadlineOfTheRequestHolds() {
    timed.answer(FakeAnswer.endless("a", SECOND));
    timed.submit(REQUEST.withTimeout(Duration.ofMillis(1500)), events);

    time.advance(Duration.ofSeconds(9));

    assertThat(events.result.join().finishReason()).isEqualTo(FinishReason.DEADLINE);
    assertThat(events.text).containsExactly("a", "a");
  }

  @Test
  void theLimitOfNewTokensHoldsAndCountsTheEnd() {
    model.answer("a", "b", "c");

    assertThat(model.generate(REQUEST.withMaxNewTokens(4)).finishReason())
        .isEqualTo(FinishReason.EOS);
    GenerationResult three = model.generate(REQUEST.withMaxNewTokens(3));
    assertThat(three.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(three.text()).isEqualTo("abc");
    assertThat(model.generate(REQUEST.withMaxNewTokens(1)).text()).isEqualTo("a");
  }

  @Test
  void theRequestedRouteAnswersUnlessADegradationIsScripted() {
    model.answer(
        FakeAnswer.of("a"),
        FakeAnswer.of("b").degraded(Route.HYBRID, Cause.SLM_FAILED, Route.LLM_ONLY));

    assertThat(model.generate(REQUEST.withRoute(Route.LLM_ONLY)).route()).isEqualTo(Route.LLM_ONLY);
    GenerationResult degraded = model.generate(REQUEST);
    assertThat(degraded.route()).isEqualTo(Route.LLM_ONLY);
    assertThat(degraded.degradation()).map(Degradation::cause).contains(Cause.SLM_FAILED);
  }

  @Test
  void aResultOfTheBuilderIsTheAnswer() {
    GenerationResult result =
        GenerationResultBuilder.of("Guten", " Tag.")
            .route(Route.EXACT)
            .promptTokens(7)
            .candidate("Hallo.")
            .build();
    model.answer(FakeAnswer.of(result));

    assertThat(model.generate(REQUEST)).isEqualTo(result);
    assertThat(result.usage().promptTokens()).isEqualTo(7);
    assertThat(result.candidates()).hasSize(2);
  }

  @Test
  void aFailureComesAfterItsTokens() {
    model.answer(
        FakeAnswer.failure(new GenerationFailedException(Component.SLM, "broken", null), "a"));

    try (GenerationStream stream = model.stream(REQUEST)) {
      List<String> text = new ArrayList<>();
      assertThatThrownBy(() -> stream.forEach(chunk -> text.add(chunk.text())))
          .isInstanceOf(GenerationFailedException.class);
      assertThat(text).containsExactly("a");
    }
  }

  @Test
  void aRefusalIsThrownAtOnceAndIsNoCall() {
    model.answer(FakeAnswer.refusal(new QueueFullException(8)));

    assertThatThrownBy(() -> model.submit(REQUEST, events)).isInstanceOf(QueueFullException.class);
    assertThat(model.calls()).isEmpty();
  }

  @Test
  void aRouteThatIsNotThereIsRefused() {
    model.answer("a");

    assertThatThrownBy(() -> model.generate(REQUEST.withRoute(Route.EXACT)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("route");
  }

  @Test
  void conversationsNeedAChatTemplate() {
    List<ChatMessage> messages = List.of(new ChatMessage("user", "Hallo"));
    FakeHybridLanguageModel chats = FakeHybridLanguageModel.builder().chatTemplate().build();
    chats.answer(request -> FakeAnswer.of(request.messages().get(0).text()));
    model.answer("a");

    assertThat(chats.chat(messages).text()).isEqualTo("Hallo");
    assertThatThrownBy(() -> model.chat(messages))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("chat template");
  }

  @Test
  void thePromptTemplateMakesThePrompt() {
    FakeHybridLanguageModel templated =
        FakeHybridLanguageModel.builder().promptTemplate("to German: {source}").build();
    templated.answer(request -> FakeAnswer.of(request.prompt()));

    assertThat(templated.generateFrom("Hi").text()).isEqualTo("to German: Hi");
  }

  @Test
  void closingEndsWhatRunsAndRefusesWhatComes() {
    timed.answer(FakeAnswer.endless("a", SECOND));
    timed.submit(REQUEST, events);
    assertThat(timed.servingStatistics().decoding()).isOne();

    timed.close();
    time.advance(Duration.ZERO);

    assertThat(events.result)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(ModelClosedException.class);
    assertThatThrownBy(() -> timed.submit(REQUEST, events))
        .isInstanceOf(ModelClosedException.class);
    assertThat(timed.servingStatistics().decoding()).isZero();
  }

  @Test
  void aListenerThatThrowsCancelsItsOwnAnswerOnly() {
    timed.answer("a", "b");
    Events failing =
        new Events() {
          @Override
          public void onChunk(TextChunk chunk) {
            throw new IllegalStateException("the test's listener fails");
          }
        };
    timed.submit(REQUEST, failing);
    timed.submit(REQUEST, events);

    time.advance(Duration.ZERO);

    assertThat(failing.result.join().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(events.result.join().text()).isEqualTo("ab");
  }

  @Test
  void aResetForgetsAnswersAndCallsAndCancels() {
    timed.answer(FakeAnswer.endless("a", SECOND));
    timed.submit(REQUEST, events);

    timed.reset();
    time.advance(Duration.ZERO);

    assertThat(events.result.join().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(timed.calls()).isEmpty();
    assertThatIllegalStateException().isThrownBy(() -> timed.generate(REQUEST));
  }

  @Test
  void anEndlessAnswerNeedsTimeBetweenItsTokens() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FakeAnswer.endless("a", Duration.ZERO))
        .withMessageContaining("must be positive, but was PT0S");
  }

  /** A listener that keeps what it gets. */
  private static class Events implements GenerationListener {

    final List<String> text = new ArrayList<>();
    final CompletableFuture<GenerationResult> result = new CompletableFuture<>();

    @Override
    public void onChunk(TextChunk chunk) {
      text.add(chunk.text());
    }

    @Override
    public void onComplete(GenerationResult end) {
      result.complete(end);
    }

    @Override
    public void onError(L2sException failure) {
      result.completeExceptionally(failure);
    }
  }
}
