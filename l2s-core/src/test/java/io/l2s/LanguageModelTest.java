package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The forms of {@link LanguageModel} that are made of {@code submit}. */
class LanguageModelTest {

  private static final GenerationRequest HELLO = GenerationRequest.of("hello");
  private static final L2sException FAILURE = new EngineException("broken", null);

  private final HandDrivenModel model = new HandDrivenModel();

  /** Answers every prompt with itself, at once. */
  private static LanguageModel echo() {
    return new LanguageModel() {
      @Override
      public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
        if (request.prompt().equals("fail")) {
          listener.onError(FAILURE);
        } else {
          listener.onChunk(new TextChunk(request.prompt()));
          listener.onComplete(
              HandDrivenModel.result(request.prompt(), Route.HYBRID, FinishReason.EOS));
        }
        return () -> {};
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void generateWaitsForTheResult() {
    assertThat(echo().generate("hello").text()).isEqualTo("hello");
  }

  @Test
  void generateThrowsTheFailureItself() {
    assertThatThrownBy(() -> echo().generate("fail")).isSameAs(FAILURE);
  }

  @Test
  void interruptingGenerateCancels() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> model.generate(HELLO)).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(model.last().cancelled).isTrue();
  }

  @Test
  void aFutureCompletesWithResultOrFailure() {
    CompletableFuture<GenerationResult> answered = model.generateAsync(HELLO);
    model.last().complete("hallo", FinishReason.EOS);
    assertThat(answered.join().text()).isEqualTo("hallo");
    CompletableFuture<GenerationResult> failed = model.generateAsync(HELLO);
    model.last().listener.onError(FAILURE);
    assertThatThrownBy(failed::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isSameAs(FAILURE);
  }

  @Test
  void aPromptAloneIsAnsweredInEveryForm() {
    assertThat(echo().generate("hello").text()).isEqualTo("hello");
    assertThat(echo().generateAsync("hello").join().text()).isEqualTo("hello");
    try (GenerationStream stream = echo().stream("hello")) {
      assertThat(stream).containsExactly(new TextChunk("hello"));
      assertThat(stream.result().text()).isEqualTo("hello");
    }
    model.generateAsync("hello").cancel(true);
    assertThat(model.last().request.prompt()).isEqualTo("hello");
    assertThat(model.last().cancelled).isTrue();
    model.stream("good night").close();
    assertThat(model.last().request.prompt()).isEqualTo("good night");
    assertThat(model.last().cancelled).isTrue();
  }

  @Test
  void cancellingAFutureCancelsTheGeneration() {
    CompletableFuture<GenerationResult> future = model.generateAsync(HELLO);
    assertThat(model.last().cancelled).isFalse();
    assertThat(future.cancel(true)).isTrue();
    assertThat(model.last().cancelled).isTrue();
    model.last().complete("", FinishReason.CANCELLED);
    assertThat(future).isCancelled();
  }

  @Test
  void aFutureThatTimesOutCancelsTheGeneration() {
    CompletableFuture<GenerationResult> future = model.generateAsync(HELLO);
    future.completeExceptionally(new TimeoutException());
    assertThat(model.last().cancelled).isTrue();
  }

  @Test
  void aStreamGivesTheChunksAndThenTheResult() {
    try (GenerationStream stream = model.stream(HELLO)) {
      HandDrivenModel.Submission submission = model.last();
      submission.listener.onChunk(new TextChunk("hal"));
      submission.listener.onChunk(new TextChunk("lo"));
      submission.complete("hallo", FinishReason.EOS);
      List<String> chunks = new ArrayList<>();
      stream.forEach(chunk -> chunks.add(chunk.text()));
      assertThat(chunks).containsExactly("hal", "lo");
      assertThat(stream.result().text()).isEqualTo("hallo");
      assertThat(stream.iterator().hasNext()).isFalse();
    }
  }

  @Test
  void aStreamGivesTheChunksAndThenThrowsTheFailure() {
    try (GenerationStream stream = model.stream(HELLO)) {
      model.last().listener.onChunk(new TextChunk("hal"));
      model.last().listener.onError(FAILURE);
      Iterator<TextChunk> chunks = stream.iterator();
      assertThat(chunks.next().text()).isEqualTo("hal");
      assertThatThrownBy(chunks::hasNext).isSameAs(FAILURE);
      assertThatThrownBy(stream::result).isSameAs(FAILURE);
    }
  }

  @Test
  void theResultOfAStreamNeedsNoReading() {
    try (GenerationStream stream = echo().stream(HELLO)) {
      assertThat(stream.result().text()).isEqualTo("hello");
    }
  }

  @Test
  void closingAStreamCancels() {
    GenerationStream stream = model.stream(HELLO);
    stream.close();
    assertThat(model.last().cancelled).isTrue();
  }

  @Test
  void interruptingTheReaderOfAStreamCancels() {
    try (GenerationStream stream = model.stream(HELLO)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> stream.iterator().hasNext())
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(model.last().cancelled).isTrue();
    }
  }

  @Test
  void generateAllKeepsTheOrder() {
    List<GenerationRequest> requests =
        List.of(GenerationRequest.of("a"), GenerationRequest.of("b"), GenerationRequest.of("c"));
    assertThat(echo().generateAll(requests))
        .extracting(GenerationResult::text)
        .containsExactly("a", "b", "c");
  }

  @Test
  void generateAllThrowsTheFirstFailureAndCancelsTheRest() {
    List<Boolean> cancelled = new ArrayList<>();
    LanguageModel failing =
        new LanguageModel() {
          @Override
          public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
            if (request.prompt().equals("fail")) {
              listener.onError(FAILURE);
            }
            return () -> cancelled.add(!request.prompt().equals("fail"));
          }

          @Override
          public void close() {}
        };
    List<GenerationRequest> requests =
        List.of(GenerationRequest.of("fail"), GenerationRequest.of("a"), GenerationRequest.of("b"));
    assertThatThrownBy(() -> failing.generateAll(requests)).isSameAs(FAILURE);
    assertThat(cancelled).containsOnlyOnce(false).hasSize(3);
  }

  @Test
  void generateAllWaitsForRoom() {
    List<GenerationListener> waiting = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    LanguageModel small =
        new LanguageModel() {
          @Override
          public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
            if (waiting.size() == 2) {
              refused.add(request.prompt());
              waiting.forEach(
                  each ->
                      each.onComplete(
                          HandDrivenModel.result("done", Route.HYBRID, FinishReason.EOS)));
              waiting.clear();
              throw new QueueFullException(2);
            }
            waiting.add(listener);
            if (request.prompt().equals("e")) {
              listener.onComplete(HandDrivenModel.result("e", Route.HYBRID, FinishReason.EOS));
            }
            return () -> {};
          }

          @Override
          public void close() {}
        };
    List<GenerationRequest> requests =
        List.of("a", "b", "c", "d", "e").stream().map(GenerationRequest::of).toList();
    assertThat(small.generateAll(requests))
        .extracting(GenerationResult::text)
        .containsExactly("done", "done", "done", "done", "e");
    assertThat(refused).containsExactly("c", "e");
  }

  @Test
  void generateAllGivesUpWhereOthersFillTheQueue() {
    model.capacity = 0;
    assertThatThrownBy(() -> model.generateAll(List.of(HELLO)))
        .isInstanceOf(QueueFullException.class);
  }
}
