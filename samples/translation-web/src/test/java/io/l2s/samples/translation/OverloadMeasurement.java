package io.l2s.samples.translation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * Not part of the build, as it asserts no times: tells how fast the sample refuses and answers when
 * it is sent ten times as much as it can do. docs/reliability.md has the command.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class OverloadMeasurement {

  private static final int REQUESTS = Integer.getInteger("l2s.overload.requests", 400);
  private static final int BATCH = Integer.getInteger("l2s.overload.batch", 8);
  private static final int QUEUE = Integer.getInteger("l2s.overload.queue", 8);
  private static final int OVERLOAD = 10;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @LocalServerPort private int port;

  @DynamicPropertySource
  static void bounds(DynamicPropertyRegistry properties) {
    properties.add("l2s.bundle", () -> "../models/en-de");
    properties.add("l2s.models.en-fr.bundle", () -> "../models/en-fr");
    properties.add("l2s.batch.max-size", () -> BATCH);
    properties.add("l2s.queue.capacity", () -> QUEUE);
  }

  private record Answer(int status, double milliseconds) {}

  @Test
  void tellsHowFastItRefusesAndAnswersUnderOverload() throws Exception {
    // What is compiled late would count as latency.
    clients(4 * BATCH, OVERLOAD * REQUESTS);
    List<Answer> unloaded = clients(1, REQUESTS);
    long from = System.nanoTime();
    clients(BATCH, REQUESTS);
    double capacity = REQUESTS / ((System.nanoTime() - from) / 1e9);
    List<Answer> overloaded = atRate(OVERLOAD * capacity, OVERLOAD * REQUESTS);
    List<Answer> answered = withStatus(overloaded, 200);
    List<Answer> refused = withStatus(overloaded, 503);
    System.out.printf("capacity: %.0f requests/s with %d clients%n", capacity, BATCH);
    tell("one client", unloaded);
    tell("overload, answered", answered);
    tell("overload, refused", refused);
    assertThat(answered.size() + refused.size()).isEqualTo(overloaded.size());
  }

  private List<Answer> clients(int clients, int requests) throws InterruptedException {
    Semaphore free = new Semaphore(clients);
    List<CompletableFuture<Answer>> sent = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      free.acquire();
      sent.add(send(i).whenComplete((answer, failure) -> free.release()));
    }
    return sent.stream().map(CompletableFuture::join).toList();
  }

  /** Sends whether or not what was sent before has been answered. */
  private List<Answer> atRate(double perSecond, int requests) throws Exception {
    List<CompletableFuture<Answer>> sent = new ArrayList<>();
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    long from = System.nanoTime();
    ScheduledFuture<?> sending =
        clock.scheduleAtFixedRate(
            () -> {
              double due = (System.nanoTime() - from) / 1e9 * perSecond;
              while (sent.size() < Math.min(due, requests)) {
                sent.add(send(sent.size()));
              }
              if (sent.size() >= requests) {
                clock.shutdown();
              }
            },
            0,
            1,
            TimeUnit.MILLISECONDS);
    assertThat(clock.awaitTermination(10, TimeUnit.MINUTES)).isTrue();
    assertThat(sending.isDone()).isTrue();
    System.out.printf(
        "overload: %.0f requests/s sent%n", requests / ((System.nanoTime() - from) / 1e9));
    return sent.stream().map(CompletableFuture::join).toList();
  }

  private CompletableFuture<Answer> send(int number) {
    String body = "{\"text\": \"I saw %d of your friends in the street.\"}".formatted(number);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/translate"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    long from = System.nanoTime();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenApply(response -> new Answer(response.statusCode(), (System.nanoTime() - from) / 1e6));
  }

  private static List<Answer> withStatus(List<Answer> answers, int status) {
    return answers.stream().filter(each -> each.status() == status).toList();
  }

  private static void tell(String what, List<Answer> answers) {
    double[] sorted = answers.stream().mapToDouble(Answer::milliseconds).sorted().toArray();
    if (sorted.length > 0) {
      System.out.printf(
          "%s: %,d, p50 %.1f ms, p99 %.1f ms, most %.1f ms%n",
          what,
          sorted.length,
          sorted[sorted.length / 2],
          sorted[(int) (sorted.length * 0.99)],
          sorted[sorted.length - 1]);
    }
  }
}
