package io.l2s.samples.titles.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.samples.titles.Http;
import io.l2s.samples.titles.SummarizerApplication;
import io.l2s.test.TinyPair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** The history in a database, read over HTTP. */
@Timeout(60)
class JobHistoryTests {

  private static final String TEXT = "The man is here.";
  private static final String BODY = "{\"text\": \"" + TEXT + "\", \"maxTokens\": 4}";

  @TempDir private Path directory;

  @Test
  void theHistorySurvivesARestart() {
    String file = "--spring.datasource.url=jdbc:h2:file:" + directory.resolve("jobs");
    JsonNode title;
    try (ConfigurableApplicationContext application = start(file)) {
      title = http(application).post("/api/titles", BODY).ok();
    }
    try (ConfigurableApplicationContext application = start(file)) {
      JsonNode job = http(application).get("/api/jobs/" + title.get("jobId").asString()).ok();
      assertThat(job.get("title")).isEqualTo(title.get("title"));
    }
  }

  @Test
  void flywayMakesTheTableAndThePagesShowTheNewestFirst() {
    try (ConfigurableApplicationContext application = start(memory())) {
      assertThat(application.getBean(Flyway.class).info().applied())
          .extracting(each -> each.getDescription())
          .containsExactly("create job");
      pagesShowTheNewestFirst(http(application), 0);
      pagesAndJobsThatAreNotThere(http(application));
    }
  }

  @Test
  void theAbstractIsKeptOnlyWhereTheOperatorWantsIt() {
    try (ConfigurableApplicationContext application = start(memory())) {
      assertThat(textOfAJob(http(application)).isNull()).isTrue();
    }
    try (ConfigurableApplicationContext application = start(memory(), "--titles.store-text=true")) {
      assertThat(textOfAJob(http(application)).asString()).isEqualTo(TEXT);
    }
  }

  @Test
  void withoutItsDatabaseTheServiceStillFindsTitlesAndSaysThatNoJobIsKept() {
    try (ConfigurableApplicationContext application = start(memory())) {
      application.getBean(JdbcClient.class).sql("drop table job").update();
      JsonNode title = http(application).post("/api/titles", BODY).ok();
      assertThat(title.get("jobId").isNull()).isTrue();
      assertThat(title.get("title").asString()).isNotEmpty();

      Http.Answer jobs = http(application).get("/api/jobs");
      jobs.problem(503);
      assertThat(jobs.headers().firstValue("Retry-After")).isPresent();
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
    JsonNode title;
    try (ConfigurableApplicationContext application = start(postgres)) {
      assertThat(
              application
                  .getBean(JdbcClient.class)
                  .sql("select version()")
                  .query(String.class)
                  .single())
          .startsWith("PostgreSQL");
      int before = http(application).get("/api/jobs").ok().get("total").asInt();
      pagesShowTheNewestFirst(http(application), before);
      pagesAndJobsThatAreNotThere(http(application));
      title = http(application).post("/api/titles", BODY).ok();
    }
    try (ConfigurableApplicationContext application = start(postgres)) {
      JsonNode job = http(application).get("/api/jobs/" + title.get("jobId").asString()).ok();
      assertThat(job.get("title")).isEqualTo(title.get("title"));
    }
  }

  private static void pagesShowTheNewestFirst(Http http, int before) {
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

  private static JsonNode textOfAJob(Http http) {
    String id = http.post("/api/titles", BODY).ok().get("jobId").asString();
    return http.get("/api/jobs/" + id).ok().get("text");
  }

  private static String memory() {
    return "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID();
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
