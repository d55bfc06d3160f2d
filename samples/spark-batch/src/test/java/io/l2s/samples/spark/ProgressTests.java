package io.l2s.samples.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import org.apache.spark.Success$;
import org.apache.spark.TaskState;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** The words of the progress. */
class ProgressTests {

  private static final long ACCUMULATOR = 5;

  @Test
  void saysRowsSpeedAndRemainingTime() {
    assertThat(Progress.line(12_500, 100_000, 10_000, Duration.ofSeconds(40)))
        .isEqualTo("12,500 of 100,000 rows (12.5 %), 250 rows/s, 5 min 50 s left");
  }

  @Test
  void saysNoRemainingTimeWhereNothingIsDone() {
    assertThat(Progress.line(500, 1_000, 0, Duration.ofSeconds(5)))
        .isEqualTo("500 of 1,000 rows (50.0 %), 0 rows/s");
  }

  @Test
  void countsAPartitionOnceAndAllPartitionsOfARepeatedStage() {
    try (Progress progress = new Progress(new PrintWriter(System.err), 100, ACCUMULATOR)) {
      progress.onTaskEnd(end(0, 0));
      // After an executor is lost, Spark numbers the tasks of the stage's rest from 0 again.
      progress.onTaskEnd(end(0, 7));
      progress.onTaskEnd(end(1, 7));

      assertThat(progress.rows()).isEqualTo(20);
    }
  }

  private static SparkListenerTaskEnd end(int index, int partition) {
    TaskInfo task =
        new TaskInfo(0, index, 0, partition, 0, "0", "127.0.0.1", TaskLocality.ANY(), false);
    task.markFinished(TaskState.FINISHED(), 1);
    AccumulableInfo rows =
        new AccumulableInfo(
            ACCUMULATOR,
            Option.empty(),
            Option.apply(10L),
            Option.empty(),
            false,
            true,
            Option.empty());
    task.setAccumulables(CollectionConverters.asScala(List.of(rows)).toSeq());
    return new SparkListenerTaskEnd(0, 0, "ResultTask", Success$.MODULE$, task, null, null);
  }

  @Test
  void longTimesHaveHours() {
    assertThat(Progress.words(Duration.ofMinutes(200))).isEqualTo("3 h 20 min");
  }
}
