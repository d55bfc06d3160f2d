package io.l2s.autoconfigure.web;

import static io.l2s.autoconfigure.web.MvcApplication.HTTP;
import static io.l2s.autoconfigure.web.MvcApplication.MODEL;
import static io.l2s.autoconfigure.web.MvcApplication.UNREADY;
import static io.l2s.autoconfigure.web.MvcApplication.UNWRITABLE;
import static io.l2s.autoconfigure.web.MvcApplication.assertProblem;
import static io.l2s.autoconfigure.web.MvcApplication.post;
import static io.l2s.autoconfigure.web.MvcApplication.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.TextChunk;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;

/** Streamed answers as clients of a Spring MVC application see them, over real HTTP. */
@Timeout(60)
class HttpStreamTests {

  private static ConfigurableApplicationContext application;

  @BeforeAll
  static void start() {
    application = MvcApplication.start("500ms");
  }

  @AfterAll
  static void stop() {
    application.close();
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

  private static String stream() throws Exception {
    return post(application, "/api/stream", "{\"text\": \"x\"}").body();
  }
}
