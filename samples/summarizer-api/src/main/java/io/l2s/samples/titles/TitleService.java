package io.l2s.samples.titles;

import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.PromptTooLongException;
import io.l2s.autoconfigure.web.DeadlinePassedException;
import io.l2s.autoconfigure.web.GenerationSse;
import io.l2s.samples.titles.TitleBatch.Outcome;
import io.l2s.samples.titles.TitleBatch.Outcomes;
import io.l2s.samples.titles.history.JobRecorder;
import io.l2s.samples.titles.history.RecordedModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.springframework.stereotype.Service;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Finds titles and has them recorded. No thread of the caller waits for the model. */
@Service
class TitleService {

  private final HybridLanguageModel model;
  private final JobRecorder recorder;
  private final TitleProperties properties;

  TitleService(HybridLanguageModel model, JobRecorder recorder, TitleProperties properties) {
    this.model = model;
    this.recorder = recorder;
    this.properties = properties;
  }

  /**
   * The title.
   *
   * @throws L2sException if the request is invalid or the queue is full; a later failure, also a
   *     {@link DeadlinePassedException}, ends the future
   */
  CompletableFuture<Title> title(TitleRequest body) {
    Abstract source = body.source(properties);
    GenerationRequest request = body.toModel(model, source);
    RecordedModel recorded = record(source);
    return submitted(() -> recorded.generateAsync(request))
        .thenApply(
            result ->
                Title.of(source, DeadlinePassedException.requireInTime(result), recorded.jobId()));
  }

  /**
   * The events {@code chunk} for each piece of the title and {@code done} with all of it, or {@code
   * problem}.
   *
   * @throws L2sException if the request is invalid or the queue is full
   */
  SseEmitter stream(TitleRequest body) {
    Abstract source = body.source(properties);
    if (body.alternatives() != null && body.alternatives() != 0) {
      throw new InvalidRequestException(
          "alternatives",
          "0 in a stream, since a beam search has no text before its end",
          body.alternatives());
    }
    GenerationRequest request = body.toModel(model, source).withChunkPerToken();
    RecordedModel recorded = record(source);
    return submitted(
        () ->
            GenerationSse.stream(
                recorded, request, result -> Title.of(source, result, recorded.jobId())));
  }

  /** The outcomes of all requests in their order; the future does not fail for one of them. */
  CompletableFuture<Outcomes> batch(List<TitleRequest> bodies) {
    List<CompletableFuture<Outcome>> outcomes = bodies.stream().map(this::outcome).toList();
    return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
        .thenApply(all -> Outcomes.of(outcomes.stream().map(CompletableFuture::join).toList()));
  }

  private CompletableFuture<Outcome> outcome(TitleRequest body) {
    try {
      return title(body)
          .handle(
              (title, failure) ->
                  title == null ? Outcome.of(Failures.problem(failure)) : Outcome.of(title));
    } catch (L2sException | ErrorResponseException refused) {
      return CompletableFuture.completedFuture(Outcome.of(Failures.problem(refused)));
    }
  }

  /** Runs {@code submission}; a refused prompt is reported as the client's field {@code text}. */
  private static <T> T submitted(Supplier<T> submission) {
    try {
      return submission.get();
    } catch (PromptTooLongException tooLong) {
      throw new TextTooLongException(tooLong.bound(), tooLong.value());
    } catch (InvalidRequestException refused) {
      throw refused.field().equals("prompt")
          ? new InvalidRequestException("text", refused.bound(), refused.value())
          : refused;
    }
  }

  private RecordedModel record(Abstract source) {
    return recorder.record(
        model, properties.storeText() ? source.text() : null, source.words(), source.wordsRead());
  }
}
