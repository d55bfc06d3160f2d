package io.l2s.cli;

import io.l2s.PromptTokenizer;
import io.l2s.training.TrainingListener;
import io.l2s.training.TrainingProgress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Shows the progress of a training and passes Ctrl-C on. */
final class TrainingReporter implements TrainingListener, AutoCloseable {

  private static final int BAR_STEPS = 10_000;

  private final Progress progress;
  private final PrintWriter err;
  private final Runnable plot;
  private @Nullable ProgressBar bar;
  private boolean started;
  private volatile boolean stopping;

  /**
   * @param plot draws the training's course so far
   */
  TrainingReporter(Progress progress, PrintWriter err, Runnable plot) {
    this.progress = progress;
    this.err = err;
    this.plot = plot;
  }

  /** Asks the training to stop and waits until it has. */
  void stop(CountDownLatch ended) {
    stopping = true;
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onPromptTokenizer(PromptTokenizer tokenizer) {
    say(
        "prompt tokenizer: %s",
        tokenizer == PromptTokenizer.SLM
            ? "slm, as both models have one vocabulary"
            : "llm; with the fusion add, adapted embeddings are trained");
  }

  @Override
  public void onData(int pairs, int validation, int leftOut) {
    say(
        "%,d pairs, %,d to validate%s",
        pairs, validation, leftOut == 0 ? "" : format(", %,d left out as too long", leftOut));
  }

  @Override
  public void onFeatures(int done, int total, Path file, long bytes) {
    ProgressBar running = bar;
    if (running == null) {
      say(
          "features of %,d prompts, %,d of them there, %,.1f MB in %s",
          total, done, bytes / 1e6, file);
      running = progress.bar("features", " prompts", total);
      bar = running;
    }
    running.stepTo(done);
  }

  @Override
  public void onStart(int step) {
    started = true;
    close();
    bar = progress.bar("train", "", BAR_STEPS);
  }

  @Override
  public void onStep(TrainingProgress now) {
    ProgressBar running = Objects.requireNonNull(bar, "onStart comes first");
    running.stepTo(Math.round(now.share() * BAR_STEPS));
    running.setExtraMessage(
        format(
            "loss %.3f, %.0f pairs/s, %s left",
            now.loss(), now.pairsPerSecond(), readable(now.left())));
  }

  @Override
  public void onValidation(int step, double loss, boolean best) {
    say("step %d: validation loss %.4f%s", step, loss, best ? ", best" : "");
    drawIfStarted();
  }

  /** Draws the course, if there is one; a plot that fails does not end the training. */
  void drawIfStarted() {
    if (!started) {
      return;
    }
    try {
      plot.run();
    } catch (RuntimeException | LinkageError | InternalError e) {
      // The last two arise where Java has no fonts or graphics.
      say("no plot is drawn: %s", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean stopRequested() {
    return stopping;
  }

  private void say(String pattern, Object... values) {
    err.println(format(pattern, values));
    err.flush();
  }

  static String readable(Duration time) {
    return format("%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
