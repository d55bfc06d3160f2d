package io.l2s.samples.titles.history;

import io.l2s.HybridLanguageModel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Writes jobs into the history when they end. Threads of its own do that, since the model's threads
 * must not wait for a database.
 */
@Component
public class JobRecorder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JobRecorder.class);

  /** Fewer than the connections of the pool, so that readers of the history get one. */
  private static final int WRITERS = 4;

  private final JobHistory history;
  private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);

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

  /** Runs {@code task}, which may write to the history, on a thread that may wait. */
  void execute(Runnable task) {
    writers.execute(task);
  }

  /** Whether the history could keep {@code job}. A title does not depend on it. */
  boolean keeps(Job job) {
    try {
      history.add(job);
      return true;
    } catch (DataAccessException failure) {
      LOG.warn("The history did not keep the job {}", job.id(), failure);
      return false;
    }
  }

  @Override
  public void close() {
    writers.shutdown();
  }
}
