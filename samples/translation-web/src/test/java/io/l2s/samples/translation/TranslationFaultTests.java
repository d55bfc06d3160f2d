package io.l2s.samples.translation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.FinishReason;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;

/** Overload, a client that goes away and a deadline, from real HTTP to the real engine. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "l2s.bundle=" + TranslationBundleTests.BUNDLE,
      "l2s.models.en-fr.bundle=" + TranslationBundleTests.BUNDLE,
      "l2s.batch.max-size=1",
      "l2s.queue.capacity=2"
    })
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TranslationFaultTests {

  private static final String BODY = "{\"text\": \"I knew your father.\"}";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  @Autowired private LongAnswers model;
  @LocalServerPort private int port;

  @BeforeEach
  void answerAsTheModelLikes() {
    model.options = GenerationOptions.GREEDY;
    model.timeout = null;
    model.ends.clear();
  }

  @Test
  void overloadIsAnsweredOrRefusedWithTheTimeToRetry() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> sent =
        IntStream.range(0, 60).mapToObj(i -> http.sendAsync(post(), text())).toList();
    int answered = 0;
    for (CompletableFuture<HttpResponse<String>> each : sent) {
      HttpResponse<String> response = each.get();
      if (response.statusCode() == 200) {
        assertThat(json.readTree(response.body()).get("text").asText()).isNotEmpty();
        answered++;
      } else {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(response.body()).contains("l2s.queue.capacity");
      }
    }
    assertThat(answered).isBetween(3, 59);
    assertThat(http.send(post(), text()).statusCode()).isEqualTo(200);
  }

  @Test
  void aClientThatGoesAwayMidStreamFreesItsPlace() throws Exception {
    model.options = GenerationOptions.builder().minNewTokens(LongAnswers.LENGTH).build();
    try (Socket client = new Socket("localhost", port)) {
      client.getOutputStream().write(streamRequest());
      readUntil(client, "event:chunk");
      // Closing then resets the connection, as a browser's closed tab does.
      client.setSoLinger(true, 0);
    }
    GenerationResult end = model.ends.take();
    assertThat(end.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(end.ids().size()).isLessThan(LongAnswers.LENGTH);
    model.options = GenerationOptions.GREEDY;
    assertThat(http.send(post(), text()).statusCode()).isEqualTo(200);
  }

  @Test
  void aDeadlineWhileDecodingKeepsTheTextSoFarWithItsReason() throws Exception {
    model.options = GenerationOptions.builder().minNewTokens(LongAnswers.LENGTH).build();
    model.timeout = Duration.ofMillis(300);
    HttpResponse<String> response = http.send(post(), text());
    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(response.body()).contains("the deadline passed after: ");
    GenerationResult end = model.ends.take();
    assertThat(end.finishReason()).isEqualTo(FinishReason.DEADLINE);
    assertThat(end.ids().size()).isLessThan(LongAnswers.LENGTH);
    model.options = GenerationOptions.GREEDY;
    model.timeout = null;
    assertThat(http.send(post(), text()).statusCode()).isEqualTo(200);
  }

  @Test
  void aDeadlineInTheQueueIs504() throws Exception {
    model.timeout = Duration.ofNanos(1);
    assertThat(http.send(post(), text()).statusCode()).isEqualTo(504);
  }

  private HttpRequest post() {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/translate"))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(BODY))
        .build();
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private static byte[] streamRequest() {
    return ("POST /api/translate/stream HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + BODY.length()
            + "\r\n\r\n"
            + BODY)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void readUntil(Socket client, String wanted) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(wanted) < 0) {
      int next = client.getInputStream().read();
      assertThat(next).as("end of the stream after: %s", read).isNotNegative();
      read.append((char) next);
    }
  }

  /** The real model, asked for answers as long as a test wants them. */
  static final class LongAnswers extends DelegatingHybridLanguageModel {

    static final int LENGTH = 4_000;

    final BlockingQueue<GenerationResult> ends = new LinkedBlockingQueue<>();
    volatile GenerationOptions options = GenerationOptions.GREEDY;
    volatile Duration timeout;

    LongAnswers(HybridLanguageModel real) {
      super(real);
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
      GenerationRequest longer = request.withOptions(options);
      if (options.constraints().minNewTokens() > 0) {
        longer = longer.withMaxNewTokens(LENGTH);
      }
      if (timeout != null) {
        longer = longer.withTimeout(timeout);
      }
      return super.submit(longer, recording(listener));
    }

    private GenerationListener recording(GenerationListener listener) {
      return new GenerationListener() {
        @Override
        public void onChunk(TextChunk chunk) {
          listener.onChunk(chunk);
        }

        @Override
        public void onComplete(GenerationResult result) {
          ends.add(result);
          listener.onComplete(result);
        }

        @Override
        public void onError(L2sException failure) {
          listener.onError(failure);
        }
      };
    }
  }

  @TestConfiguration
  static class Wrapping {

    @Bean
    static BeanPostProcessor longAnswers() {
      return new BeanPostProcessor() {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
          return bean instanceof HybridLanguageModel real ? new LongAnswers(real) : bean;
        }
      };
    }
  }
}
