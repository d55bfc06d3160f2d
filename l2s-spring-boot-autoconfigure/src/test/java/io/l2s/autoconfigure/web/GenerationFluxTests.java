package io.l2s.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationRequest;
import io.l2s.QueueFullException;
import io.l2s.TextChunk;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Answers as a Flux, by themselves and from a reactive web server. */
@Timeout(60)
class GenerationFluxTests {

  private static final ScriptedModel MODEL = new ScriptedModel();
  private static final GenerationRequest REQUEST = GenerationRequest.of("x");

  private static ConfigurableApplicationContext application;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    application =
        new SpringApplicationBuilder(Application.class)
            .run(
                "--spring.main.web-application-type=reactive",
                "--spring.main.banner-mode=off",
                "--server.port=0",
                "--l2s.web.problem-details=true");
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @Test
  void theChunksAreTheAnswer() {
    MODEL.answer("Guten", " Tag");
    assertThat(GenerationFlux.chunks(MODEL, REQUEST).map(TextChunk::text).collectList().block())
        .containsExactly("Guten", " Tag");
  }

  @Test
  void aRefusalIsTheError() {
    MODEL.fail(new QueueFullException(4));
    assertThatThrownBy(() -> GenerationFlux.chunks(MODEL, REQUEST).blockLast())
        .isInstanceOf(QueueFullException.class);
  }

  @Test
  void aFunctionThatFailsIsTheErrorAndStopsTheDecoding() throws Exception {
    MODEL.cancelled = new CountDownLatch(1);
    MODEL.answer("Guten", " Tag");
    assertThatThrownBy(
            () ->
                GenerationFlux.stream(
                        MODEL,
                        REQUEST,
                        chunk -> {
                          throw new IllegalArgumentException("no " + chunk.text());
                        },
                        result -> null)
                    .blockLast())
        .hasMessage("no Guten");
    assertThat(MODEL.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(
            () ->
                GenerationFlux.stream(
                        MODEL,
                        REQUEST,
                        TextChunk::text,
                        result -> {
                          throw new IllegalArgumentException("no " + result.text());
                        })
                    .blockLast())
        .hasMessage("no Guten Tag");
  }

  @Test
  void aPassedDeadlineDoesNotCarryTheAnswerIntoLogs() {
    assertThat(new DeadlinePassedException("Guten"))
        .hasMessage("the deadline passed")
        .extracting(DeadlinePassedException::partialText)
        .isEqualTo("Guten");
  }

  @Test
  void cancellingStopsTheDecoding() throws Exception {
    MODEL.answerForEver();
    GenerationFlux.chunks(MODEL, REQUEST).blockFirst();
    assertThat(MODEL.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aReactiveServerSendsEventsWithSpacesIntact() throws Exception {
    MODEL.answer("Guten", " Tag");
    HttpResponse<String> response = get();
    assertThat(response.body())
        .isEqualTo(
            "event:chunk\ndata:{\"text\":\"Guten\"}\n\n"
                + "event:chunk\ndata:{\"text\":\" Tag\"}\n\n"
                + "event:done\ndata:{\"whole\":\"Guten Tag\"}\n\n");
  }

  @Test
  void aFailureIsAnEventAfterTheFirstOneAndAStatusBefore() throws Exception {
    MODEL.script =
        (request, listener) -> {
          listener.onChunk(new TextChunk("Guten"));
          listener.onComplete(ScriptedModel.result("Guten", FinishReason.DEADLINE));
        };
    assertThat(get().body()).contains("event:chunk", "event:problem", "\"status\":504");
    MODEL.script =
        (request, listener) ->
            listener.onError(new GenerationFailedException(Component.SLM, "it broke", null));
    assertThat(get().statusCode()).isEqualTo(500);
    MODEL.fail(new QueueFullException(4));
    HttpResponse<String> full = get();
    assertThat(full.statusCode()).isEqualTo(503);
    assertThat(full.headers().firstValue("Retry-After")).hasValue("1");
  }

  @Test
  void aClientThatLeavesCancelsItsGeneration() throws Exception {
    MODEL.answerForEver();
    try (InputStream stream =
        http.send(request(), HttpResponse.BodyHandlers.ofInputStream()).body()) {
      assertThat(stream.read()).isNotNegative();
    }
    assertThat(MODEL.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private HttpResponse<String> get() throws Exception {
    return http.send(request(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request() {
    String port = application.getEnvironment().getProperty("local.server.port");
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/stream")).build();
  }

  @EnableAutoConfiguration
  @RestController
  static class Application {

    @Bean
    ScriptedModel model() {
      return MODEL;
    }

    @GetMapping("/stream")
    Flux<ServerSentEvent<Object>> stream() {
      return GenerationFlux.events(MODEL, REQUEST, result -> Map.of("whole", result.text()));
    }
  }
}
