package io.l2s.samples.titles.history;

import io.l2s.HybridLanguageModel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/**
 * Writes jobs into the history when they end. Threads of its own do that, since the model's threads
 * must not wait for a database.
 */
@Component
public class JobRecorder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JobRecorder.class);

  /** Fewer than the connections of the pool, so that readers of the history get one. */
  static final int WRITERS = 4;

  /**
   * Most jobs that wait for a writer; further ones are not kept, so that answers do not pile up.
   */
  static final int MOST_WAITING = 64;

  private final JobHistory history;
  private final ThreadPoolExecutor writers =
      new ThreadPoolExecutor(
          WRITERS,
          WRITERS,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          new CustomizableThreadFactory("job-writer-"));

  JobRecorder(JobHistory history) {
    this.history = history;
  }

  /**
   * The model for one request, which becomes a job.
   *
   * @param text the abstract; null: the history does not keep it
   */
  public RecordedModel record(
      HybridLanguageModel model, @Nullable String text, int words, int wordsRead) {
    return new RecordedModel(model, this, text, words, wordsRead);
  }

  /**
   * Writes {@code job} and then runs {@code end}, which learns whether the history has the job. It
   * runs in any case: a title does not depend on the history.
   */
  void keep(Job job, Consumer<Boolean> end) {
    try {
      writers.execute(() -> end.accept(isWritten(job)));
    } catch (RejectedExecutionException full) {
      LOG.warn(
          "The history did not keep the job {}: {} jobs wait, or the service stops",
          job.id(),
          writers.getQueue().size());
      end.accept(false);
    }
  }

  private boolean isWritten(Job job) {
    try {
      history.add(job);
      return true;
    } catch (RuntimeException failure) {
      LOG.warn("The history did not keep the job {}", job.id(), failure);
      return false;
    }
  }

  @Override
  public void close() {
    writers.shutdown();
    try {
      if (!writers.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn(
            "The history does not keep {} jobs: its database is slow", writers.getQueue().size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
