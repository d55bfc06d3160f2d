package io.l2s.samples.titles.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.Route;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** Every answer goes out, whatever the database does. */
@Timeout(60)
class JobRecorderTests {

  private final CountDownLatch broken = new CountDownLatch(1);
  private final List<Boolean> ends = new CopyOnWriteArrayList<>();

  @Test
  void jobsOfADatabaseThatHangsAreNotKeptOnceTooManyWait() {
    try (JobRecorder recorder = recorder()) {
      int mostHeld = JobRecorder.WRITERS + JobRecorder.MOST_WAITING;
      for (int i = 0; i < mostHeld; i++) {
        recorder.keep(job(), ends::add);
      }
      assertThat(ends).isEmpty();

      recorder.keep(job(), ends::add);
      assertThat(ends).containsExactly(false);

      broken.countDown();
      recorder.close();
      assertThat(ends).hasSize(mostHeld + 1).containsOnly(false);
    }
  }

  @Test
  void aTitleThatEndsAfterTheServiceHasStoppedStillHasItsAnswer() {
    JobRecorder recorder = recorder();
    recorder.close();
    recorder.keep(job(), ends::add);
    assertThat(ends).containsExactly(false);
  }

  /** A recorder whose database hangs until {@link #broken}, and then fails. */
  private JobRecorder recorder() {
    return new JobRecorder(
        new JobHistory(
            JdbcClient.create(
                new AbstractDataSource() {
                  @Override
                  public Connection getConnection() throws SQLException {
                    try {
                      broken.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                    throw new SQLException("the database has gone");
                  }

                  @Override
                  public Connection getConnection(String user, String password)
                      throws SQLException {
                    return getConnection();
                  }
                })));
  }

  private static Job job() {
    return new Job(
        UUID.randomUUID(),
        Instant.EPOCH,
        JobStatus.DONE,
        null,
        1,
        1,
        "A Title",
        Route.HYBRID,
        false,
        null,
        1.5);
  }
}
