package io.l2s.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.ChatTemplateException;
import io.l2s.EngineException;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationRequest;
import io.l2s.InvalidRequestException;
import io.l2s.LanguageModel;
import io.l2s.ModelClosedException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.NoRouteAvailableException;
import io.l2s.PromptTooLongException;
import io.l2s.QueueFullException;
import io.l2s.TextChunk;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** A Spring MVC application as its clients see it, over real HTTP. */
@Timeout(60)
class HttpContractTests {

  private static final int THREADS = 4;

  /** Texts at whose end the application's function throws or makes something without JSON. */
  private static final String UNREADY = "unready";

  private static final String UNWRITABLE = "unwritable";

  private static final ScriptedModel MODEL = new ScriptedModel();

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static ConfigurableApplicationContext application;

  @BeforeAll
  static void start() {
    application = start("500ms");
  }

  private static ConfigurableApplicationContext start(String bodyTimeout) {
    return new SpringApplicationBuilder(Application.class)
        .run(
            "--spring.main.web-application-type=servlet",
            "--server.port=0",
            "--server.shutdown=graceful",
            "--server.tomcat.threads.max=" + THREADS,
            "--spring.main.banner-mode=off",
            "--spring.jackson.deserialization.fail-on-unknown-properties=true",
            "--l2s.web.problem-details=true",
            "--l2s.web.strict-json=" + hasJackson2(),
            "--l2s.web.allowed-hosts=localhost",
            "--l2s.web.json-body.paths=/api/**",
            "--l2s.web.json-body.max-size=100KB",
            "--l2s.web.json-body.timeout=" + bodyTimeout);
  }

  /** Spring Boot 3 has it; by default, Spring Boot 4 has not. */
  static boolean hasJackson2() {
    return ClassUtils.isPresent(
        "org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration", null);
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new InvalidRequestException("topK", "at least 0", -1), 422),
        Arguments.of(new PromptTooLongException("tokens", 10, 11), 413),
        Arguments.of(new QueueFullException(4), 503),
        Arguments.of(new ModelUnresponsiveException(Duration.ofSeconds(60)), 503),
        Arguments.of(new ModelClosedException(), 503),
        Arguments.of(new NoRouteAvailableException(Component.SLM, "no route is open"), 503),
        Arguments.of(new GenerationFailedException(Component.SLM, "it broke", null), 500));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureOfTheModelIsAProblem(RuntimeException failure, int status) throws Exception {
    MODEL.fail(failure);
    HttpResponse<String> response = post("{\"text\": \"x\"}");
    assertProblem(response, status);
    assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
  }

  @Test
  void anInvalidFieldHasItsBoundAndValue() throws Exception {
    MODEL.fail(new InvalidRequestException("topK", "at least 0", -1));
    assertThat(post("{\"text\": \"x\"}").body())
        .contains("\"field\":\"topK\"", "\"bound\":\"at least 0\"", "\"value\":\"-1\"");
  }

  @Test
  void aPassedDeadlineIs504() throws Exception {
    MODEL.script =
        (request, listener) ->
            listener.onComplete(ScriptedModel.result("Guten", FinishReason.DEADLINE));
    HttpResponse<String> response = post("{\"text\": \"x\"}");
    assertProblem(response, 504);
    assertThat(response.body()).contains("the deadline passed after: Guten");
  }

  @Test
  void aClientIsToldNoPathOfTheServer() throws Exception {
    for (RuntimeException failure :
        List.of(
            new GenerationFailedException(Component.SLM, "/srv/a b/slm/config.json broke", null),
            new EngineException("the tokenizer of /srv/a b/tokenizer.json failed", null),
            new ChatTemplateException("/srv/a b/chat_template.jinja, line 2: no", 2))) {
      MODEL.fail(failure);
      assertThat(post("{\"text\": \"x\"}").body()).doesNotContain("/srv", "a b/");
    }
  }

  @Test
  void aValueIsEchoedUpTo200Characters() throws Exception {
    MODEL.fail(new InvalidRequestException("route", "one of [HYBRID]", "r".repeat(5_000)));
    assertThat(post("{\"text\": \"x\"}").body())
        .contains("r".repeat(200) + "… (5000 characters)")
        .doesNotContain("r".repeat(201));
  }

  @ParameterizedTest
  @EnabledIf("hasJackson2")
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\": \"x\"} garbage|400|",
        "{\"text\": \"x\", \"text\": \"y\"}|400|",
        "{\"text\": |400|",
        "{\"text\": 5}|422|text",
        "{\"text\": true}|422|text",
        "{\"text\": [1]}|422|text",
        "{\"text\": \"x\", \"count\": 1.5}|422|count",
        "{\"text\": \"x\", \"count\": \"1\"}|422|count",
        "{\"text\": \"x\", \"count\": 2147483648}|422|count",
        "{\"text\": \"x\", \"other\": 1}|422|other"
      })
  void jsonThatIsNotMeantSoIsRefused(String body, int status, String field) throws Exception {
    MODEL.answer("x");
    HttpResponse<String> response = post(body);
    assertProblem(response, status);
    if (field != null) {
      assertThat(response.body()).contains("\"field\":\"" + field + "\"");
    }
  }

  /** Holds for Jackson 2 and 3, strict or not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\": [1]}|text|a text in quotes",
        "{\"text\": \"x\", \"count\": \"one\"}|count|a whole number of 32 bits",
        "{\"text\": \"x\", \"count\": 2147483648}|count|a whole number of 32 bits",
        "{\"text\": \"x\", \"other\": 1}|other|absent or one of"
      })
  void aFieldOfTheWrongTypeIsNamed(String body, String field, String bound) throws Exception {
    HttpResponse<String> response = post(body);
    assertProblem(response, 422);
    assertThat(response.body()).contains("\"field\":\"" + field + "\"", "\"bound\":\"" + bound);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/plain|x",
        "multipart/form-data; boundary=b|--b--",
        "application/x-www-form-urlencoded|text=x",
        "no type|x"
      })
  void anotherContentTypeIs415(String type, String body) throws Exception {
    HttpResponse<String> response =
        HTTP.send(
            HttpRequest.newBuilder(uri(application, "/api/answer"))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertProblem(response, 415);
    assertThat(response.headers().firstValue("Accept")).hasValue("application/json");
  }

  @Test
  void aLargeBodyIs413AndItsSenderGetsTheAnswer() throws Exception {
    HttpResponse<String> response = post("{\"text\": \"" + "x".repeat(5 << 20) + "\"}");
    assertProblem(response, 413);
    assertThat(response.body()).contains("at most 102400 bytes");
  }

  @Test
  void anotherHostIsRefused() throws Exception {
    try (Socket client = open(application, "evil.example", 2, "{}")) {
      assertThat(answer(client))
          .startsWith("HTTP/1.1 400")
          .contains("Host must be one of [localhost], but was evil.example");
    }
  }

  @Test
  void slowSendersKeepNobodyWaitingAndGet408() throws Exception {
    MODEL.answer("at once");
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 10 * THREADS; i++) {
        slow.add(open(application, "localhost", 100, "{\"te"));
      }
      assertThat(post("{\"text\": \"x\"}").body()).isEqualTo("at once");
      for (Socket each : slow) {
        assertThat(answer(each))
            .startsWith("HTTP/1.1 408")
            .contains("body must be complete within 500 ms");
      }
    } finally {
      for (Socket each : slow) {
        each.close();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"POST,text/plain,415", "POST,,415", "DELETE,text/plain,415", "GET,,200"})
  void aBodyOverHttp2NeedsNoLengthToBeChecked(String method, String type, int status)
      throws Exception {
    MockHttpServletRequest request = new MockHttpServletRequest(method, "/api/answer");
    request.setProtocol("HTTP/2.0");
    request.setContentType(type);
    MockHttpServletResponse response = new MockHttpServletResponse();
    application
        .getBean(JsonBodyFilter.class)
        .doFilter(request, response, (passed, answered) -> response.setStatus(200));
    assertThat(response.getStatus()).isEqualTo(status);
  }

  @Test
  void closingDoesNotWaitForBodiesThatDoNotCome() throws Exception {
    ConfigurableApplicationContext closing = start("1h");
    JsonBodyFilter filter = closing.getBean(JsonBodyFilter.class);
    try (Socket client = open(closing, "localhost", 100, "{\"te")) {
      while (filter.incomplete() == 0) {
        Thread.onSpinWait();
      }
      try (AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
        child.setParent(closing);
        child.refresh();
      }
      assertThat(filter.incomplete()).isEqualTo(1);
      closing.close();
      assertThat(answer(client)).startsWith("HTTP/1.1 503").contains("the application is closing");
    }
  }

  @Test
  void aStreamKeepsSpacesAndEndsWithTheResult() throws Exception {
    MODEL.answer("Guten", " Tag", " ");
    assertThat(stream())
        .isEqualTo(
            "event:chunk\ndata:{\"text\":\"Guten\"}\n\n"
                + "event:chunk\ndata:{\"text\":\" Tag\"}\n\n"
                + "event:chunk\ndata:{\"text\":\" \"}\n\n"
                + "event:done\ndata:{\"whole\":\"Guten Tag \"}\n\n");
  }

  @Test
  void aFailureAfterTheFirstEventIsAnEvent() throws Exception {
    MODEL.script =
        (request, listener) -> {
          listener.onChunk(new TextChunk("Guten"));
          listener.onError(new GenerationFailedException(Component.SLM, "it broke", null));
        };
    assertThat(stream()).contains("event:chunk", "event:problem", "it broke", "\"status\":500");
  }

  @Test
  void aFailureBeforeTheFirstEventDecidesTheStatus() throws Exception {
    MODEL.script =
        (request, listener) ->
            listener.onError(new GenerationFailedException(Component.SLM, "it broke", null));
    assertProblem(post(application, "/api/stream", "{\"text\": \"x\"}"), 500);
  }

  @Test
  void aFunctionThatFailsEndsTheStream() throws Exception {
    MODEL.script =
        (request, listener) ->
            new Thread(() -> listener.onComplete(ScriptedModel.result("x", FinishReason.EOS)))
                .start();
    HttpResponse<String> response =
        post(application, "/api/stream", "{\"text\": \"" + UNREADY + "\"}");
    assertThat(response.statusCode()).isEqualTo(500);
  }

  @Test
  void anEventThatCannotBeWrittenEndsTheStreamAndTheDecoding() throws Exception {
    MODEL.cancelled = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    MODEL.script =
        (request, listener) ->
            new Thread(
                    () -> {
                      listener.onChunk(new TextChunk("Guten"));
                      await(begun);
                      listener.onComplete(ScriptedModel.result("x", FinishReason.EOS));
                    })
                .start();
    HttpRequest request = request(application, "/api/stream", "{\"text\": \"" + UNWRITABLE + "\"}");
    try (InputStream stream =
        HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
      assertThat(stream.read()).isNotNegative();
      begun.countDown();
      // Clients drop an event without a blank line after it.
      assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
          .contains("event:done")
          .doesNotEndWith("\n\n");
    }
    assertThat(MODEL.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aClientThatLeavesCancelsItsGeneration() throws Exception {
    MODEL.answerForEver();
    HttpRequest request = request(application, "/api/stream", "{\"text\": \"x\"}");
    try (InputStream stream =
        HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
      assertThat(stream.read()).isNotNegative();
    }
    assertThat(MODEL.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void assertProblem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(response.body())
        .contains("\"status\":" + status, HttpStatus.valueOf(status).getReasonPhrase());
  }

  private static String stream() throws Exception {
    return post(application, "/api/stream", "{\"text\": \"x\"}").body();
  }

  private static HttpResponse<String> post(String body) throws Exception {
    return post(application, "/api/answer", body);
  }

  private static HttpResponse<String> post(
      ConfigurableApplicationContext to, String path, String body) throws Exception {
    return HTTP.send(request(to, path, body), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(ConfigurableApplicationContext to, String path, String body) {
    return HttpRequest.newBuilder(uri(to, path))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static URI uri(ConfigurableApplicationContext to, String path) {
    return URI.create("http://localhost:" + port(to) + path);
  }

  private static int port(ConfigurableApplicationContext of) {
    return of.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  /** Sends the head of a request and {@code begin} of its body. */
  private static Socket open(
      ConfigurableApplicationContext to, String host, int length, String begin) throws IOException {
    Socket client = new Socket("localhost", port(to));
    client
        .getOutputStream()
        .write(
            ("POST /api/answer HTTP/1.1\r\nHost: "
                    + host
                    + "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
                    + length
                    + "\r\n\r\n"
                    + begin)
                .getBytes(StandardCharsets.UTF_8));
    return client;
  }

  private static String answer(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @EnableAutoConfiguration
  @RestController
  static class Application {

    record Question(String text, Integer count) {}

    @Bean
    ScriptedModel model() {
      return MODEL;
    }

    @PostMapping("/api/answer")
    CompletableFuture<String> answer(@RequestBody Question question) {
      LanguageModel model = MODEL;
      return model
          .generateAsync(GenerationRequest.of(question.text()))
          .thenApply(result -> DeadlinePassedException.requireInTime(result).text());
    }

    @PostMapping("/api/stream")
    SseEmitter stream(@RequestBody Question question) {
      return GenerationSse.stream(
          MODEL,
          GenerationRequest.of(question.text()),
          result ->
              switch (question.text()) {
                case UNREADY -> throw new IllegalArgumentException("not ready");
                case UNWRITABLE -> new Unwritable();
                default -> Map.of("whole", result.text());
              });
    }

    static final class Unwritable {
      public String getText() {
        throw new IllegalArgumentException("not written");
      }
    }
  }
}
