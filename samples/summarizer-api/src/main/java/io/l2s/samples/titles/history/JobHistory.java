package io.l2s.samples.titles.history;

import io.l2s.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code job}. Thread-safe. */
@Repository
class JobHistory {

  private final JdbcClient jdbc;

  JobHistory(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void add(Job job) {
    jdbc.sql(
            """
            insert into job (id, created_at, status, text, words, words_read, title, route,
                             degraded, error, milliseconds)
            values (:id, :createdAt, :status, :text, :words, :wordsRead, :title, :route,
                    :degraded, :error, :milliseconds)
            """)
        .param("id", job.id())
        .param("createdAt", job.createdAt().atOffset(ZoneOffset.UTC))
        .param("status", job.status().name())
        .param("text", job.text())
        .param("words", job.words())
        .param("wordsRead", job.wordsRead())
        .param("title", job.title())
        .param("route", job.route() == null ? null : job.route().name())
        .param("degraded", job.degraded())
        .param("error", job.error())
        .param("milliseconds", job.milliseconds())
        .update();
  }

  Optional<Job> find(UUID id) {
    return jdbc.sql("select * from job where id = :id")
        .param("id", id)
        .query(JobHistory::job)
        .optional();
  }

  /** The jobs of page {@code page}, counted from 0, newest first. */
  JobPage page(int page, int size) {
    List<Job> items =
        jdbc.sql(
                """
                select * from job order by created_at desc, id
                offset :offset rows fetch next :size rows only
                """)
            .param("offset", (long) page * size)
            .param("size", size)
            .query(JobHistory::job)
            .list();
    long total = jdbc.sql("select count(*) from job").query(Long.class).single();
    return new JobPage(items, page, size, total);
  }

  private static Job job(ResultSet row, int number) throws SQLException {
    @Nullable String route = row.getString("route");
    return new Job(
        row.getObject("id", UUID.class),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        JobStatus.valueOf(row.getString("status")),
        row.getString("text"),
        row.getInt("words"),
        row.getInt("words_read"),
        row.getString("title"),
        route == null ? null : Route.valueOf(route),
        row.getBoolean("degraded"),
        row.getString("error"),
        row.getDouble("milliseconds"));
  }
}
