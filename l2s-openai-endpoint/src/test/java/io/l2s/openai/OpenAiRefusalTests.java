package io.l2s.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Requests that the endpoint refuses, and its errors in OpenAI's form. */
@SpringBootTest(
    classes = OpenAiEndpointTests.Application.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "l2s.openai.enabled=true",
      "l2s.openai.model-name=en-de",
      "l2s.bundle=../l2s-core/src/test/resources/fixtures/hybrid-a-t5-t5-add",
      "l2s.llm.precision=f32",
      "l2s.slm.precision=f32",
      "l2s.warm-up=false"
    })
@Timeout(120)
class OpenAiRefusalTests {

  private final HttpClient http = HttpClient.newHttpClient();

  @LocalServerPort private int port;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"tools\": [{\"type\": \"function\"}]|400|tools",
        "\"response_format\": {\"type\": \"json_object\"}|400|response_format",
        "\"logit_bias\": {\"5\": 1}|400|logit_bias",
        "\"top_logprobs\": 3|400|top_logprobs",
        "\"reasoning_effort\": \"low\"|400|reasoning_effort",
        "\"stream_options\": {\"x\": 1}|400|stream_options.x",
        "\"temperature\": \"0.5\"|400|temperature",
        "\"temperature\": 2.5|400|temperature",
        "\"max_tokens\": 1.5|400|max_tokens",
        "\"n\": 2, \"temperature\": 0|400|n",
        "\"top_p\": 0|400|top_p",
        "\"stop\": [5]|400|stop",
        "\"presence_penalty\": 3|400|presence_penalty",
        "\"unknown\": true|400|unknown",
        "\"tools\": [], \"user\": \"u\", \"seed\": null, \"logit_bias\": {}|200|",
        "\"response_format\": {\"type\": \"text\"}, \"store\": false|200|"
      })
  void aFieldWithoutEffectIsRefusedByName(String field, int status, String param) throws Exception {
    HttpResponse<String> response =
        post(
            "{\"model\": \"en-de\", \"messages\": [{\"role\": \"user\", \"content\": \"x\"}], "
                + field
                + "}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    if (param != null) {
      assertThat(response.body()).contains("\"param\":\"" + param + "\"");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|messages",
        "\"x\"|messages",
        "[{\"role\": \"tool\", \"content\": \"x\"}]|messages[0].role",
        "[{\"role\": \"user\", \"content\": 5}]|messages[0].content",
        "[{\"role\": \"user\"}]|messages[0].content",
        "[{\"role\": \"user\", \"content\": \"x\", \"name\": \"a\"}]|messages[0].name",
        "[{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]"
            + "|messages[0].content[0].type",
        "[{\"role\": \"system\", \"content\": \"x\"}]|messages"
      })
  void aMessageThatIsNoTextIsRefusedByName(String messages, String param) throws Exception {
    HttpResponse<String> response = post("{\"model\": \"en-de\", \"messages\": " + messages + "}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains("\"param\":\"" + param + "\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json|{\"model\": \"en-de\"} x|400",
        "application/json|{\"model\": \"en-de\", \"model\": \"b\"}|400",
        "application/json|{\"model\": |400",
        "application/json|[]|400",
        "application/json;charset=UTF-16|{}|415",
        "application/json;charset=ISO-8859-1|{}|415",
        "text/plain|{}|415",
        "multipart/form-data; boundary=x|--x--|415"
      })
  void aBodyThatIsNoJsonObjectIsAnErrorInOpenAisForm(String type, String body, int status)
      throws Exception {
    HttpResponse<String> response = post(type, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.body()).contains("{\"error\":{\"message\":\"", "invalid_request_error");
  }

  @Test
  void aLargeValueIsNotEchoedWhole() throws Exception {
    HttpResponse<String> response = post("{\"model\": \"" + "m".repeat(5_000) + "\"}");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).hasSizeLessThan(600).contains("(5000 characters)");
  }

  @Test
  void aBodyOverTheLimitIs413AndAnotherMethod405() throws Exception {
    HttpResponse<String> large = post("{\"model\": \"" + "m".repeat(2 << 20) + "\"}");
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(large.body()).contains("at most 1048576 bytes");
    HttpResponse<String> get =
        http.send(HttpRequest.newBuilder(uri()).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(get.statusCode()).isEqualTo(405);
  }

  @Test
  void anEncodedPathHasTheSameBounds() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v1/chat/completion%73"));
    HttpResponse<String> large =
        http.send(
            request
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"model\": \"" + "m".repeat(2 << 20) + "\"}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(large.statusCode()).isEqualTo(413);
    HttpResponse<String> form =
        http.send(
            request
                .setHeader("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(form.statusCode()).isEqualTo(415);
  }

  private HttpResponse<String> post(String body) throws Exception {
    return post("application/json", body);
  }

  private HttpResponse<String> post(String type, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri())
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private URI uri() {
    return URI.create("http://localhost:" + port + "/v1/chat/completions");
  }
}
