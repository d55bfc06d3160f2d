package io.l2s.samples.titles.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.l2s.EngineException;
import io.l2s.samples.titles.FakeModelTest;
import io.l2s.samples.titles.Http;
import io.l2s.samples.titles.SummarizerApplication;
import io.l2s.test.FakeAnswer;
import io.l2s.test.FakeHybridLanguageModel;
import io.l2s.test.TinyPair;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** The history in a database, read over HTTP. */
@FakeModelTest
class JobHistoryTests {

  private static final String TEXT = "The man is here.";
  private static final String BODY = "{\"text\": \"" + TEXT + "\", \"maxTokens\": 4}";

  @Autowired private FakeHybridLanguageModel model;
  @Autowired private Flyway flyway;
  @Autowired private JdbcClient jdbc;
  @Autowired private HikariDataSource pool;
  @LocalServerPort private int port;
  private Http http;

  @BeforeEach
  void connect() {
    http = new Http(port);
    model.answer("A ", "Title");
  }

  @Test
  void theTableComesFromFlyway() {
    assertThat(flyway.info().applied())
        .extracting(each -> each.getScript())
        .containsExactly("V1__create_job.sql");
  }

  @Test
  void pagesShowTheNewestFirst() {
    pagesShowTheNewestFirst(http);
  }

  @Test
  void pagesAndJobsThatAreNotThereAreProblems() {
    pagesAndJobsThatAreNotThere(http);
  }

  @Test
  void theHistoryDoesNotKeepTheAbstractByDefault() {
    assertThat(newestJob(http).get("text").isNull()).isTrue();
    assertThat(jdbc.sql("select count(text) from job").query(Long.class).single()).isZero();
  }

  @Test
  void withoutItsDatabaseTheServiceStillFindsTitlesAndSaysThatNoJobIsKept() {
    jdbc.sql("alter table job rename to lost").update();
    try {
      JsonNode title = http.post("/api/titles", BODY).ok();
      assertThat(title.get("title").asString()).isEqualTo("A Title");
      assertThat(title.get("jobId").isNull()).isTrue();

      Http.Answer jobs = http.get("/api/jobs");
      jobs.problem(503);
      assertThat(jobs.headers().firstValue("Retry-After")).hasValue("10");
    } finally {
      jdbc.sql("alter table lost rename to job").update();
    }
  }

  @Test
  void aDatabaseThatDoesNotAnswerHoldsATitleUpForOneSecondOnly() throws Exception {
    List<Connection> taken = new ArrayList<>();
    try {
      for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
        taken.add(pool.getConnection());
      }
      long begin = System.nanoTime();
      JsonNode title = http.post("/api/titles", BODY).ok();
      assertThat(title.get("title").asString()).isEqualTo("A Title");
      assertThat(title.get("jobId").isNull()).isTrue();
      http.get("/api/jobs").problem(503);
      // The pool's own default is 30 s; a busy machine takes a part of the rest.
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(25));
    } finally {
      for (Connection each : taken) {
        each.close();
      }
    }
    newestJob(http);
  }

  @Test
  void anErrorInTheHistoryIsTheClientsTextAndNotTheEngines() {
    model.answer(FakeAnswer.failure(new EngineException("secret", null)));
    http.post("/api/titles", BODY).problem(500);
    JsonNode job = http.get("/api/jobs?size=1").ok().at("/items/0");
    assertThat(job.get("status").asString()).isEqualTo("FAILED");
    assertThat(job.get("error").asString())
        .isEqualTo("the native engine failed; the server's log says why");
  }

  @Test
  void aHistoryInAFileSurvivesARestartWithTheAbstractsWhereTheOperatorWantsThem(
      @TempDir Path directory) {
    String[] file = {
      "--spring.datasource.url=jdbc:h2:file:" + directory.resolve("jobs"),
      "--titles.store-text=true"
    };
    JsonNode before;
    try (ConfigurableApplicationContext application = start(file)) {
      before = newestJob(http(application));
    }
    try (ConfigurableApplicationContext application = start(file)) {
      JsonNode after = http(application).get("/api/jobs/" + before.get("id").asString()).ok();
      assertThat(after).isEqualTo(before);
      assertThat(after.get("text").asString()).isEqualTo(TEXT);
    }
  }

  /** PostgreSQL is tested where a server is: the README says how. */
  @Test
  @EnabledIfSystemProperty(
      named = "summarizer.postgres.url",
      matches = "jdbc:postgresql:.+",
      disabledReason =
          "no PostgreSQL; add -Dsummarizer.postgres.url=jdbc:postgresql://localhost:5432/titles"
              + " and the user's name and password as in the README of samples/summarizer-api")
  void theProfilePostgresKeepsTheHistoryInPostgreSql() {
    String[] postgres = {
      "--spring.profiles.active=postgres",
      "--spring.datasource.url=" + System.getProperty("summarizer.postgres.url"),
      "--spring.datasource.username="
          + System.getProperty("summarizer.postgres.username", "titles"),
      "--spring.datasource.password=" + System.getProperty("summarizer.postgres.password", "titles")
    };
    JsonNode before;
    try (ConfigurableApplicationContext application = start(postgres)) {
      assertThat(
              application
                  .getBean(JdbcClient.class)
                  .sql("select version()")
                  .query(String.class)
                  .single())
          .startsWith("PostgreSQL");
      pagesShowTheNewestFirst(http(application));
      pagesAndJobsThatAreNotThere(http(application));
      before = newestJob(http(application));
    }
    try (ConfigurableApplicationContext application = start(postgres)) {
      assertThat(http(application).get("/api/jobs/" + before.get("id").asString()).ok())
          .isEqualTo(before);
    }
  }

  private static void pagesShowTheNewestFirst(Http http) {
    int before = http.get("/api/jobs").ok().get("total").asInt();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ids.add(0, http.post("/api/titles", BODY).ok().get("jobId").asString());
    }
    JsonNode first = http.get("/api/jobs?size=2").ok();
    assertThat(first.get("total").asInt()).isEqualTo(before + 3);
    assertThat(ids(first)).isEqualTo(ids.subList(0, 2));
    assertThat(ids(http.get("/api/jobs?page=1&size=2").ok())).startsWith(ids.get(2));
  }

  private static void pagesAndJobsThatAreNotThere(Http http) {
    assertThat(http.get("/api/jobs?page=100000&size=100").ok().get("items")).isEmpty();
    http.get("/api/jobs?page=-1").problemOf(422, "page");
    http.get("/api/jobs?size=0").problemOf(422, "size");
    http.get("/api/jobs?size=101").problemOf(422, "size");
    http.get("/api/jobs?page=first").problem(400);
    http.get("/api/jobs/" + UUID.randomUUID()).problem(404);
    http.get("/api/jobs/seven").problem(400);
  }

  private static List<String> ids(JsonNode page) {
    return page.get("items").valueStream().map(each -> each.get("id").asString()).toList();
  }

  private static JsonNode newestJob(Http http) {
    String id = http.post("/api/titles", BODY).ok().get("jobId").asString();
    JsonNode job = http.get("/api/jobs?size=1").ok().at("/items/0");
    assertThat(job.get("id").asString()).isEqualTo(id);
    return job;
  }

  private static ConfigurableApplicationContext start(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("--l2s.bundle=" + TinyPair.LOCATION, "--l2s.warm-up=false", "--server.port=0"));
    all.addAll(List.of(arguments));
    return SpringApplication.run(SummarizerApplication.class, all.toArray(String[]::new));
  }

  private static Http http(ConfigurableApplicationContext application) {
    return new Http(
        application.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
  }
}
