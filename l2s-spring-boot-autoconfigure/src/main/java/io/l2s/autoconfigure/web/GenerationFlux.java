package io.l2s.autoconfigure.web;

import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.LanguageModel;
import io.l2s.TextChunk;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Streams answers as a {@link Flux}. Each subscription submits the request once; cancelling it, as
 * a web server does for a client that leaves, stops the decoding. Chunks that nobody has asked for
 * yet are kept; a token makes at most one.
 */
public final class GenerationFlux {

  private GenerationFlux() {}

  /** The pieces of the answer; an {@link L2sException} ends the flux. */
  public static Flux<TextChunk> chunks(LanguageModel model, GenerationRequest request) {
    return stream(model, request, chunk -> chunk, result -> null);
  }

  /**
   * The answer in a form of the caller's; an {@link L2sException} ends the flux, and so does what a
   * function throws, which stops the decoding.
   *
   * @param onChunk makes the element of each piece
   * @param onResult makes the last element; null: none
   */
  public static <T> Flux<T> stream(
      LanguageModel model,
      GenerationRequest request,
      Function<TextChunk, T> onChunk,
      Function<GenerationResult, @Nullable T> onResult) {
    return Flux.create(sink -> submit(model, request, sink, onChunk, onResult));
  }

  /**
   * The answer as server-sent events: {@code chunk} with {@code {"text": "…"}} for each piece, then
   * {@code done}, or {@code problem} with a problem detail. A failure before the first event ends
   * the flux with that failure, so it decides the status.
   *
   * @param done makes the data of the event {@code done}
   */
  public static Flux<ServerSentEvent<Object>> events(
      LanguageModel model, GenerationRequest request, Function<GenerationResult, ?> done) {
    Flux<ServerSentEvent<Object>> events =
        stream(
            model,
            request,
            chunk -> event("chunk", chunk),
            result -> event("done", done.apply(DeadlinePassedException.requireInTime(result))));
    return events.switchOnFirst(
        (first, all) ->
            first.hasValue()
                ? all.onErrorResume(
                        L2sException.class,
                        failure -> Flux.just(event("problem", GenerationProblems.of(failure))))
                    .onErrorResume(
                        DeadlinePassedException.class,
                        failure -> Flux.just(event("problem", GenerationProblems.of(failure))))
                : all);
  }

  private static ServerSentEvent<Object> event(String name, Object data) {
    return ServerSentEvent.builder(data).event(name).build();
  }

  private static <T> void submit(
      LanguageModel model,
      GenerationRequest request,
      FluxSink<T> sink,
      Function<TextChunk, T> onChunk,
      Function<GenerationResult, @Nullable T> onResult) {
    sink.onDispose(
        model.submit(
                request,
                new GenerationListener() {
                  @Override
                  public void onChunk(TextChunk chunk) {
                    if (sink.isCancelled()) {
                      return;
                    }
                    try {
                      sink.next(onChunk.apply(chunk));
                    } catch (RuntimeException failure) {
                      sink.error(failure);
                    }
                  }

                  @Override
                  public void onComplete(GenerationResult result) {
                    try {
                      T last = onResult.apply(result);
                      if (last != null) {
                        sink.next(last);
                      }
                      sink.complete();
                    } catch (RuntimeException failure) {
                      sink.error(failure);
                    }
                  }

                  @Override
                  public void onError(L2sException failure) {
                    sink.error(failure);
                  }
                })
            ::cancel);
  }
}
