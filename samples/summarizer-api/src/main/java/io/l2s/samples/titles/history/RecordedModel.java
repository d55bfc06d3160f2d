package io.l2s.samples.titles.history;

import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import io.l2s.autoconfigure.web.GenerationProblems;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A model whose one answer is written into the history before the caller gets it. */
public final class RecordedModel extends DelegatingHybridLanguageModel {

  private final JobRecorder recorder;
  private final @Nullable String text;
  private final int words;
  private final int wordsRead;
  private volatile @Nullable UUID jobId;

  RecordedModel(
      HybridLanguageModel model,
      JobRecorder recorder,
      @Nullable String text,
      int words,
      int wordsRead) {
    super(model);
    this.recorder = recorder;
    this.text = text;
    this.words = words;
    this.wordsRead = wordsRead;
  }

  /** The job once the answer is there; null where the history could not keep it. */
  public @Nullable UUID jobId() {
    return jobId;
  }

  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    return super.submit(request, new Recording(listener));
  }

  private final class Recording implements GenerationListener {

    private final GenerationListener listener;
    private final Instant createdAt = Instant.now();
    private final long begin = System.nanoTime();

    Recording(GenerationListener listener) {
      this.listener = listener;
    }

    @Override
    public void onChunk(TextChunk chunk) {
      listener.onChunk(chunk);
    }

    @Override
    public void onComplete(GenerationResult result) {
      JobStatus status =
          switch (result.finishReason()) {
            case DEADLINE -> JobStatus.TIMED_OUT;
            case CANCELLED -> JobStatus.CANCELLED;
            case EOS, LENGTH, STOP -> JobStatus.DONE;
          };
      end(status, result, null, () -> listener.onComplete(result));
    }

    @Override
    public void onError(L2sException failure) {
      // The client's text, since clients read the history; the log has the rest.
      String error = GenerationProblems.of(failure).getDetail();
      end(JobStatus.FAILED, null, error, () -> listener.onError(failure));
    }

    private void end(
        JobStatus status,
        @Nullable GenerationResult result,
        @Nullable String error,
        Runnable answer) {
      Job job =
          new Job(
              UUID.randomUUID(),
              createdAt,
              status,
              text,
              words,
              wordsRead,
              result == null ? null : result.text(),
              result == null ? null : result.route(),
              result != null && result.degradation().isPresent(),
              error,
              Math.round((System.nanoTime() - begin) / 1e4) / 100.0);
      recorder.keep(
          job,
          kept -> {
            jobId = kept ? job.id() : null;
            answer.run();
          });
    }
  }
}
