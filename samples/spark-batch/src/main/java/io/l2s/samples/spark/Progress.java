package io.l2s.samples.spark;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reports rows done, speed and remaining time. It counts finished tasks once and running tasks by
 * the executors' heartbeats; the rows of a task that fails are taken back.
 */
final class Progress extends SparkListener implements AutoCloseable {

  private static final int INTERVAL_SECONDS = 5;

  private final PrintWriter out;
  private final long total;
  private final long accumulator;
  private long firstRows; // System.nanoTime() of the first report with rows; 0 before it
  private long rowsBefore;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "l2s-progress");
            thread.setDaemon(true);
            return thread;
          });

  private final Map<Long, Long> running = new HashMap<>();
  private final Set<Integer> finishedPartitions = new HashSet<>();
  private long finishedRows;

  /**
   * @param accumulator the id of the accumulator that counts rows
   */
  Progress(PrintWriter out, long total, long accumulator) {
    this.out = out;
    this.total = total;
    this.accumulator = accumulator;
    timer.scheduleAtFixedRate(this::print, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate heartbeat) {
    CollectionConverters.asJava(heartbeat.accumUpdates())
        .forEach(
            task -> {
              long rows = rows(CollectionConverters.asJava(task._4()));
              if (rows > 0) {
                running.put((Long) task._1(), rows);
              }
            });
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
    long rows = rows(CollectionConverters.asJava(end.taskInfo().accumulables()));
    if (end.taskInfo().successful()
        && rows > 0
        && finishedPartitions.add(end.taskInfo().partitionId())) {
      finishedRows += rows;
    }
  }

  /** Rows that have an answer, as far as the driver knows. */
  synchronized long rows() {
    return finishedRows + running.values().stream().mapToLong(Long::longValue).sum();
  }

  private long rows(Iterable<AccumulableInfo> updates) {
    return StreamSupport.stream(updates.spliterator(), false)
        .filter(each -> each.id() == accumulator && each.update().isDefined())
        .mapToLong(each -> ((Number) each.update().get()).longValue())
        .sum();
  }

  private void print() {
    long rows = rows();
    long now = System.nanoTime();
    if (rows == 0) {
      out.printf(Locale.ROOT, "0 of %,d rows; the executors start and load the model%n", total);
    } else if (firstRows == 0) {
      firstRows = now;
      rowsBefore = rows;
      out.printf(Locale.ROOT, "%,d of %,d rows%n", rows, total);
    } else {
      out.println(line(rows, total, rows - rowsBefore, Duration.ofNanos(now - firstRows)));
    }
    out.flush();
  }

  /**
   * The report on {@code done} of {@code total} rows.
   *
   * @param counted the rows of the time {@code elapsed}, which says how fast the job is
   */
  static String line(long done, long total, long counted, Duration elapsed) {
    double rate = counted / Math.max(1e-3, elapsed.toMillis() / 1e3);
    String left =
        counted <= 0
            ? ""
            : ", " + words(Duration.ofSeconds(Math.round((total - done) / rate))) + " left";
    return String.format(
        Locale.ROOT,
        "%,d of %,d rows (%.1f %%), %,.0f rows/s%s",
        done,
        total,
        100.0 * done / Math.max(1, total),
        Math.max(0, rate),
        left);
  }

  /** A time in the two units that a reader wants. */
  static String words(Duration time) {
    if (time.toHours() > 0) {
      return time.toHours() + " h " + time.toMinutesPart() + " min";
    }
    return time.toMinutes() > 0
        ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
        : time.toSeconds() + " s";
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
