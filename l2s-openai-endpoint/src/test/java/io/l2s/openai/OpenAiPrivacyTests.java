package io.l2s.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;
import io.l2s.test.TinyPair;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The text of prompts stays out of logs, meters and spans, whatever a client sends. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "l2s.openai.enabled=true",
      "l2s.openai.model-name=tiny",
      "l2s.openai.max-body-size=20KB",
      "l2s.bundle=" + TinyPair.LOCATION,
      "l2s.warm-up=false",
      "l2s.max-prompt-characters=1000"
    })
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class OpenAiPrivacyTests {

  private static final String SECRET = "xyzzy";
  private static final String CHAT = "/v1/chat/completions";
  private static final String COMPLETION = "/v1/completions";

  @Autowired private MeterRegistry meters;
  @Autowired private SimpleTracer tracer;
  @Autowired private Failures failures;
  @LocalServerPort private int port;

  @Test
  void promptsAreInNoLogMeterOrSpan(CapturedOutput output) throws Exception {
    String messages = "\"messages\": [{\"role\": \"user\", \"content\": \"" + SECRET + "\"}]";
    String prompt = "\"model\": \"tiny\", \"prompt\": \"" + SECRET + "\"";
    assertThat(post(CHAT, "{\"model\": \"tiny\", " + messages + "}")).isEqualTo(200);
    assertThat(post(CHAT, "{\"model\": \"tiny\", \"stream\": true, " + messages + "}"))
        .isEqualTo(200);
    assertThat(post(COMPLETION, "{" + prompt + ", \"temperature\": 9}")).isEqualTo(400);
    assertThat(post(COMPLETION, "{" + prompt + ", \"stop\": [\"" + SECRET + "\", 5]}"))
        .isEqualTo(400);
    assertThat(post(COMPLETION, "{" + prompt + ", \"" + SECRET + "\": 1}")).isEqualTo(400);
    assertThat(post(COMPLETION, "{" + prompt + ", \"tools\": \"" + SECRET)).isEqualTo(400);
    assertThat(
            post(COMPLETION, "{\"model\": \"tiny\", \"prompt\": \"" + SECRET.repeat(300) + "\"}"))
        .isEqualTo(400);
    assertThat(
            post(COMPLETION, "{\"model\": \"tiny\", \"prompt\": \"" + SECRET.repeat(9000) + "\"}"))
        .isEqualTo(413);
    failures.next = new GenerationFailedException(Component.SLM, "the SLM failed: injected", null);
    assertThat(post(COMPLETION, "{" + prompt + "}")).isEqualTo(500);
    failures.next = new IllegalStateException("injected, as nobody foresees it");
    assertThat(post(COMPLETION, "{" + prompt + "}")).isEqualTo(500);

    assertThat(output).contains("injected").doesNotContain(SECRET);
    assertThat(
            meters.getMeters().stream()
                .map(meter -> meter.getId().toString())
                .collect(Collectors.joining("\n")))
        .contains("gen_ai.server.request.duration", "http.server.requests")
        .doesNotContain(SECRET);
    assertThat(
            tracer.getSpans().stream()
                .map(span -> span.getName() + span.getTags() + span.getEvents() + span.getError())
                .collect(Collectors.joining("\n")))
        .contains("text_completion default")
        .doesNotContain(SECRET);
  }

  private int post(String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  /** Lets the next request fail. */
  static final class Failures implements HybridLanguageModelDecorator {

    volatile RuntimeException next;

    @Override
    public DelegatingHybridLanguageModel decorate(
        HybridLanguageModel model, ModelDescription description) {
      return new DelegatingHybridLanguageModel(model) {
        @Override
        public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
          RuntimeException failure = next;
          next = null;
          if (failure != null) {
            throw failure;
          }
          return super.submit(request, listener);
        }
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {

    @Bean
    Failures failures() {
      return new Failures();
    }

    @Bean
    SimpleTracer tracer() {
      return new SimpleTracer();
    }

    @Bean
    DefaultTracingObservationHandler tracing(SimpleTracer tracer) {
      return new DefaultTracingObservationHandler(tracer);
    }
  }
}
