package io.l2s.autoconfigure.web;

import static io.l2s.autoconfigure.web.MvcApplication.MODEL;
import static io.l2s.autoconfigure.web.MvcApplication.answer;
import static io.l2s.autoconfigure.web.MvcApplication.assertProblem;
import static io.l2s.autoconfigure.web.MvcApplication.open;
import static io.l2s.autoconfigure.web.MvcApplication.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.ChatTemplateException;
import io.l2s.EngineException;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.InvalidRequestException;
import io.l2s.ModelClosedException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.NoRouteAvailableException;
import io.l2s.PromptTooLongException;
import io.l2s.QueueFullException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ConfigurableApplicationContext;

/** Failures of the model as clients of a Spring MVC application see them, over real HTTP. */
@Timeout(60)
class HttpContractTests {

  private static ConfigurableApplicationContext application;

  @BeforeAll
  static void start() {
    application = MvcApplication.start("500ms");
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

  @Test
  void anotherHostIsRefused() throws Exception {
    try (Socket client = open(application, "evil.example", 2, "{}")) {
      assertThat(answer(client))
          .startsWith("HTTP/1.1 400")
          .contains("Host must be one of [localhost], but was evil.example");
    }
  }

  private static HttpResponse<String> post(String body) throws Exception {
    return MvcApplication.post(application, "/api/answer", body);
  }
}
