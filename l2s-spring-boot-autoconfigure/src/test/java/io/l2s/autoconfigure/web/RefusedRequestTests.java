package io.l2s.autoconfigure.web;

import static io.l2s.autoconfigure.web.MvcApplication.HTTP;
import static io.l2s.autoconfigure.web.MvcApplication.MODEL;
import static io.l2s.autoconfigure.web.MvcApplication.answer;
import static io.l2s.autoconfigure.web.MvcApplication.assertProblem;
import static io.l2s.autoconfigure.web.MvcApplication.port;
import static io.l2s.autoconfigure.web.MvcApplication.uri;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Requests that no controller sees, over real HTTP. */
@Timeout(60)
class RefusedRequestTests {

  private static ConfigurableApplicationContext application;

  @BeforeAll
  static void start() {
    application = MvcApplication.start("5s");
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  static Stream<Arguments> requestsThatTomcatRefuses() {
    String host = "Host: localhost\r\n";
    return Stream.of(
        Arguments.of("no HTTP", "\0\1\2\r\n\r\n", 400),
        Arguments.of("another version", "GET / HTTP/9.9\r\n" + host + "\r\n", 505),
        Arguments.of("illegal characters", "GET /a|b HTTP/1.1\r\n" + host + "\r\n", 400),
        Arguments.of("a slash in disguise", "GET /a%2fb HTTP/1.1\r\n" + host + "\r\n", 400),
        Arguments.of("half an escape", "GET /%z HTTP/1.1\r\n" + host + "\r\n", 400),
        Arguments.of("no host", "GET / HTTP/1.1\r\n\r\n", 400),
        Arguments.of("two hosts", "GET / HTTP/1.1\r\n" + host + host + "\r\n", 400),
        Arguments.of("no header", "GET / HTTP/1.1\r\n" + host + "a b\r\n\r\n", 400),
        Arguments.of(
            "large headers", "GET / HTTP/1.1\r\n" + host + "A: " + "a".repeat(9_000) + "\r\n", 400),
        Arguments.of("a length", "GET / HTTP/1.1\r\n" + host + "Content-Length: x\r\n\r\n", 400),
        Arguments.of(
            "an encoding", "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: x\r\n\r\n", 501));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requestsThatTomcatRefuses")
  void whatTomcatRefusesIsAProblemWithoutItsVersion(String name, String request, int status)
      throws Exception {
    try (Socket client = new Socket("localhost", port(application))) {
      client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      client.shutdownOutput();
      assertThat(answer(client))
          .startsWith("HTTP/1.1 " + status)
          .containsIgnoringCase("Content-Type: application/problem+json")
          .contains("\"status\":" + status)
          .doesNotContain("<html", "Tomcat");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/error", "/error?x=1", "/error;x=1"})
  void theErrorPathItselfIsNotFound(String path) throws Exception {
    HttpResponse<String> response =
        HTTP.send(
            HttpRequest.newBuilder(uri(application, path)).build(),
            HttpResponse.BodyHandlers.ofString());
    assertProblem(response, 404);
  }

  /** Spring Boot leaves its own valve out then. The properties are those of Boot 3 and 4. */
  @Test
  void stackTracesInErrorsAndAnotherErrorPathChangeNothing() throws Exception {
    try (ConfigurableApplicationContext tracing =
        MvcApplication.start(
            "5s",
            "server.error.include-stacktrace=always",
            "spring.web.error.include-stacktrace=always",
            "server.error.path=/failed",
            "spring.web.error.path=/failed")) {
      try (Socket client = new Socket("localhost", port(tracing))) {
        assertMalformedIsAProblem(client);
      }
      HttpResponse<String> response =
          HTTP.send(
              HttpRequest.newBuilder(uri(tracing, "/failed")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertProblem(response, 404);
    }
  }

  /**
   * Spring Boot makes a server of its own for it, which the application's settings do not reach.
   */
  @Test
  void aManagementPortOfItsOwnRefusesWithProblemsToo() throws Exception {
    try (ConfigurableApplicationContext managed =
        MvcApplication.start("5s", "management.server.port=0")) {
      int port = managementPort(managed);
      assertThat(port).isNotEqualTo(port(managed));
      try (Socket client = new Socket("localhost", port)) {
        assertMalformedIsAProblem(client);
      }
      assertThat(health(port, "LOCALHOST:" + port)).startsWith("HTTP/1.1 200");
      assertThat(health(port, "evil.example"))
          .startsWith("HTTP/1.1 400")
          .containsIgnoringCase("Content-Type: application/problem+json")
          .contains("Host must be one of [localhost], but was evil.example");
    }
  }

  @Test
  void aManagementPortOfItsOwnTakesEveryHostWhereNoneIsNamed() throws Exception {
    try (ConfigurableApplicationContext managed =
        new SpringApplicationBuilder(MvcApplication.Application.class)
            .run(
                "--spring.main.web-application-type=servlet",
                "--server.port=0",
                "--management.server.port=0")) {
      assertThat(health(managementPort(managed), "evil.example")).startsWith("HTTP/1.1 200");
    }
  }

  private static int managementPort(ConfigurableApplicationContext of) {
    return of.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
  }

  private static String health(int port, String host) throws IOException {
    try (Socket client = new Socket("localhost", port)) {
      client
          .getOutputStream()
          .write(
              ("GET /actuator/health HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      return answer(client);
    }
  }

  private static void assertMalformedIsAProblem(Socket client) throws IOException {
    client
        .getOutputStream()
        .write(
            "GET /a|b HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    client.shutdownOutput();
    assertThat(answer(client))
        .startsWith("HTTP/1.1 400")
        .containsIgnoringCase("Content-Type: application/problem+json")
        .doesNotContain("<html", "Tomcat");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "overlong slash, C0AF",
    "overlong NUL, C080",
    "overlong in three bytes, E080AF",
    "surrogate, EDA080",
    "beyond Unicode, F4908080",
    "cut short, C3",
    "continuation alone, 80",
    "Latin-1, FC"
  })
  void bytesThatAreNotUtf8Are400(String name, String bytes) throws Exception {
    MODEL.answer("x");
    assertProblem(post("application/json", bytes), 400);
  }

  /** Jackson finds out the charset of JSON by its first bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void plainTextInAnotherCharsetThatNoHeaderNamesIs400(String charset) throws Exception {
    MODEL.answer("x");
    HttpResponse<String> response =
        post("application/json", "{\"text\": \"a\"}".getBytes(Charset.forName(charset)));
    assertProblem(response, 400);
    assertThat(response.body())
        .contains("body must be text in UTF-8, but was bytes of zero, as in UTF-16");
  }

  @Test
  void halfASurrogatePairIsReportedAsAQuestionMark() throws Exception {
    String body = "{\"text\": \"x\", \"tone\": \"\\ud800\"}";
    HttpResponse<String> response = MvcApplication.post(application, "/api/answer", body);
    assertProblem(response, 422);
    assertThat(response.body()).contains("\"value\":\"?\"");
  }

  @Test
  void textBeyondTheBufferOfItsCheckIsReadToItsEnd() throws Exception {
    MODEL.answer("x");
    String text = "F09F9880".repeat(2_000);
    assertThat(post("application/json", text).statusCode()).isEqualTo(200);
    assertProblem(post("application/json", text + "C080"), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json;charset=UTF-8",
        "application/json; charset=\"utf-8\"",
        "application/vnd.shop+json;charset=utf8"
      })
  void jsonInUtf8IsRead(String type) throws Exception {
    MODEL.answer("x");
    assertThat(post(type, "C3BC").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "ISO-8859-1", "no-such"})
  void jsonInAnotherCharsetIs415ByName(String charset) throws Exception {
    HttpResponse<String> response = post("application/json;charset=" + charset, "FC");
    assertProblem(response, 415);
    assertThat(response.body())
        .contains("Content-Type must be application/json in UTF-8, but was", charset);
  }

  private static HttpResponse<String> post(String type, String text) throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes("{\"text\": \"a".getBytes(StandardCharsets.UTF_8));
    body.writeBytes(HexFormat.of().parseHex(text));
    body.writeBytes("\"}".getBytes(StandardCharsets.UTF_8));
    return post(type, body.toByteArray());
  }

  private static HttpResponse<String> post(String type, byte[] body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(uri(application, "/api/answer"))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
