package io.l2s.samples.spark;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The rows and the time of a job.
 *
 * @param rows rows of the input
 * @param translated rows with a translation
 * @param rejected the other rows by their reason
 * @param cut translations that end at the limit of tokens
 * @param degraded translations by another route than the hybrid
 * @param time from the start to the last answer, the loading of the model included
 */
record Summary(
    long rows,
    long translated,
    Map<Reason, Long> rejected,
    long cut,
    long degraded,
    Duration time) {

  /**
   * Counts {@code answers}.
   *
   * @param rows the number of the input's rows
   * @throws IllegalStateException if the answers are not as many as the rows
   */
  static Summary of(Dataset<Row> answers, long rows, Duration time) {
    long translated = 0;
    long cut = 0;
    long degraded = 0;
    Map<Reason, Long> rejected = new EnumMap<>(Reason.class);
    for (Row group :
        answers
            .groupBy(
                functions.col(AnswerColumns.REASON),
                functions.col(AnswerColumns.FINISH_REASON).equalTo("LENGTH"),
                functions.col(AnswerColumns.DEGRADATION).isNotNull())
            .agg(functions.count("*"), functions.countDistinct(AnswerColumns.ROW))
            .collectAsList()) {
      long count = group.getLong(3);
      if (count != group.getLong(4)) {
        throw new IllegalStateException("rows came twice: " + (count - group.getLong(4)));
      }
      if (!group.isNullAt(0)) {
        rejected.merge(Reason.valueOf(group.getString(0)), count, Long::sum);
        continue;
      }
      translated += count;
      cut += group.getBoolean(1) ? count : 0;
      degraded += group.getBoolean(2) ? count : 0;
    }
    Summary summary = new Summary(rows, translated, rejected, cut, degraded, time);
    if (translated + summary.rejectedRows() != rows) {
      throw new IllegalStateException(
          "the input had "
              + rows
              + " rows when the job began, but "
              + translated
              + " were translated and "
              + summary.rejectedRows()
              + " rejected; run it again on files that nobody writes to");
    }
    return summary;
  }

  long rejectedRows() {
    return rejected.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The summary in words, in one to three lines. */
  String words() {
    StringBuilder words = new StringBuilder();
    words.append(
        String.format(
            Locale.ROOT,
            "%,d rows in = %,d translated + %,d rejected%s; %s, %,.1f rows/s",
            rows,
            translated,
            rejectedRows(),
            rejected.isEmpty() ? "" : reasons(),
            Progress.words(time),
            rows / Math.max(1e-3, time.toMillis() / 1e3)));
    if (cut > 0) {
      words.append(
          String.format(
              Locale.ROOT,
              "%n%,d translations end at --max-new-tokens (finish_reason LENGTH)",
              cut));
    }
    if (degraded > 0) {
      words.append(
          String.format(
              Locale.ROOT,
              "%n%,d translations came by another route (column degradation)",
              degraded));
    }
    return words.toString();
  }

  private String reasons() {
    return rejected.entrySet().stream()
        .map(each -> String.format(Locale.ROOT, "%s %,d", each.getKey(), each.getValue()))
        .collect(Collectors.joining(", ", " (", ")"));
  }
}
