package io.l2s.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --progress} and the bars it shows, on standard error. */
final class Progress {

  private static final int WIDTH = 100;

  @Option(
      names = "--progress",
      negatable = true,
      description = "Show a progress bar. Default: only where a terminal is attached.")
  private @Nullable Boolean wanted;

  /**
   * A bar from 0 to {@code total}, which is invisible if progress is off; closing it ends its line.
   */
  ProgressBar bar(String task, String unit, long total) {
    return bar(task, unit, 0, total);
  }

  /** Like {@link #bar(String, String, long)}, for work that starts at {@code done}. */
  ProgressBar bar(String task, String unit, long done, long total) {
    boolean shown = wanted != null ? wanted : System.console() != null;
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setUnit(unit, 1)
        .startsFrom(done, Duration.ZERO)
        .setInitialMax(total)
        .setUpdateIntervalMillis(500)
        .setStyle(ProgressBarStyle.ASCII)
        .setConsumer(
            new ConsoleProgressBarConsumer(
                shown
                    ? new PrintStream(System.err, true, StandardCharsets.UTF_8)
                    : new PrintStream(OutputStream.nullOutputStream()),
                WIDTH))
        .build();
  }
}
