package io.l2s.autoconfigure.web;

import static io.l2s.autoconfigure.web.MvcApplication.HTTP;
import static io.l2s.autoconfigure.web.MvcApplication.MODEL;
import static io.l2s.autoconfigure.web.MvcApplication.THREADS;
import static io.l2s.autoconfigure.web.MvcApplication.answer;
import static io.l2s.autoconfigure.web.MvcApplication.assertProblem;
import static io.l2s.autoconfigure.web.MvcApplication.open;
import static io.l2s.autoconfigure.web.MvcApplication.port;
import static io.l2s.autoconfigure.web.MvcApplication.post;
import static io.l2s.autoconfigure.web.MvcApplication.request;
import static io.l2s.autoconfigure.web.MvcApplication.uri;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Bodies of requests that are refused or slow, over real HTTP. */
@Timeout(60)
class HttpBodyTests {

  private static ConfigurableApplicationContext application;

  @BeforeAll
  static void start() {
    application = MvcApplication.start("500ms");
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @ParameterizedTest
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
        "{\"text\": \"x\", \"count\": \"\"}|422|count",
        "{\"text\": \"x\", \"count\": 2147483648}|422|count",
        "{\"text\": \"x\", \"tone\": 0}|422|tone",
        "{\"text\": \"x\", \"tone\": \"\"}|422|tone",
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

  @Test
  void aBodyThatIsTooLargeToBeReadIs413AtOnce() throws Exception {
    try (Socket client = open(application, "localhost", Integer.MAX_VALUE, "{\"te")) {
      assertThat(answer(client)).startsWith("HTTP/1.1 413").contains("at most 102400 bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\n{}", "ffffffffffffffff\r\n{}", "2\r\n{}{}\r\n0\r\n\r\n"})
  void aBodyOfMalformedChunksIs400(String chunks) throws Exception {
    String request =
        "POST /api/answer HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n";
    try (Socket client = new Socket("localhost", port(application))) {
      client.getOutputStream().write((request + chunks).getBytes(StandardCharsets.US_ASCII));

      assertThat(answer(client))
          .startsWith("HTTP/1.1 400")
          .contains("application/problem+json")
          .contains("body must be sent whole and in well-formed chunks");
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
    ConfigurableApplicationContext closing = MvcApplication.start("1h");
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

  private static HttpResponse<String> post(String body) throws Exception {
    return MvcApplication.post(application, "/api/answer", body);
  }
}
