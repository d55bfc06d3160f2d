package io.l2s.samples.translation;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

/** A process of its own that is sent {@code SIGTERM} while fifty answers are under way. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no SIGTERM")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TranslationShutdownTests {

  private static final int IN_FLIGHT = 50;

  /** 128 + SIGTERM: what a JVM exits with after its shutdown hooks have run. */
  private static final int ENDED_BY_SIGTERM = 143;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private Path directory;
  private Process process;
  private BufferedReader output;
  private int port;

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  @Test
  void onASignalAnswersUnderWayFinishAndNewConnectionsAreRefused() throws Exception {
    start(200, "30s");
    List<CompletableFuture<HttpResponse<String>>> sent = sendAll();
    process.toHandle().destroy();
    readUntil("readiness REFUSING_TRAFFIC");
    awaitRefusedConnections();
    assertThat(sent).anyMatch(each -> !each.isDone());
    for (CompletableFuture<HttpResponse<String>> each : sent) {
      assertThat(each.get().body()).contains("event:done");
    }
    assertThat(restOfOutput())
        .containsSubsequence("closing l2sHybridLanguageModel", "closing l2sNativeRuntime");
    assertEndedInOrder();
  }

  @Test
  void whatOutlastsTheDrainTimeFailsWithItsReason() throws Exception {
    start(4_000, "500ms");
    List<CompletableFuture<HttpResponse<String>>> sent = sendAll();
    process.toHandle().destroy();
    for (CompletableFuture<HttpResponse<String>> each : sent) {
      HttpResponse<String> response = each.get();
      assertThat(response.body()).contains("\"status\":503").contains("closed");
      if (response.statusCode() == 200) {
        assertThat(response.body()).contains("event:problem");
      }
    }
    restOfOutput();
    assertEndedInOrder();
  }

  private void start(int tokens, String drainTime) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:ErrorFile=" + directory.resolve("hs_err.log"),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                "--server.port=0",
                "--l2s.bundle=" + TranslationBundleTests.BUNDLE,
                "--l2s.models.en-fr.bundle=" + TranslationBundleTests.BUNDLE,
                "--l2s.batch.max-tokens=2000000",
                "--l2s.warm-up=false",
                "--spring.lifecycle.timeout-per-shutdown-phase=" + drainTime,
                "--tokens=" + tokens)
            .redirectErrorStream(true)
            .start();
    output = process.inputReader();
    port = Integer.parseInt(readUntil("port ").substring("port ".length()));
    readUntil("readiness ACCEPTING_TRAFFIC");
  }

  /** Fifty streams, all of them decoding or queued. */
  private List<CompletableFuture<HttpResponse<String>>> sendAll() throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/translate/stream"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"text\": \"I knew your father.\"}"))
            .build();
    List<CompletableFuture<HttpResponse<String>>> sent =
        IntStream.range(0, IN_FLIGHT)
            .mapToObj(i -> http.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
            .toList();
    for (int i = 0; i < IN_FLIGHT; i++) {
      readUntil("submitted");
    }
    return sent;
  }

  private void awaitRefusedConnections() throws IOException {
    while (true) {
      try {
        new Socket("localhost", port).close();
      } catch (ConnectException refused) {
        return;
      } catch (SocketException reset) {
        // The socket was closed while this connection was made, so the next one is refused.
      }
    }
  }

  private String readUntil(String start) throws IOException {
    List<String> read = new ArrayList<>();
    String line = output.readLine();
    while (line != null && !line.startsWith(start)) {
      read.add(line);
      line = output.readLine();
    }
    assertThat(line).as("a line that starts with '%s' after %s", start, read).isNotNull();
    return line;
  }

  private List<String> restOfOutput() {
    return output.lines().toList();
  }

  private void assertEndedInOrder() throws InterruptedException {
    assertThat(process.waitFor()).isEqualTo(ENDED_BY_SIGTERM);
    assertThat(directory).isEmptyDirectory();
  }

  /** The sample without its page; it tells on its output what happens to it. */
  @EnableAutoConfiguration
  @Import({TranslationController.class, Translator.class, Alternatives.class, Languages.class})
  static class Child {

    public static void main(String[] arguments) {
      SpringApplication.run(Child.class, arguments);
    }

    @EventListener
    void started(WebServerInitializedEvent event) {
      System.out.println("port " + event.getWebServer().getPort());
    }

    @EventListener
    void readiness(AvailabilityChangeEvent<ReadinessState> event) {
      System.out.println("readiness " + event.getState());
    }

    @Bean
    static DestructionAwareBeanPostProcessor destruction() {
      return (bean, name) -> {
        System.out.println("closing " + name);
      };
    }

    @Bean
    HybridLanguageModelDecorator longAnswers(@Value("${tokens}") int tokens) {
      GenerationOptions options = GenerationOptions.builder().minNewTokens(tokens).build();
      return (model, description) ->
          new DelegatingHybridLanguageModel(model) {
            @Override
            public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
              GenerationHandle handle =
                  model.submit(request.withMaxNewTokens(tokens).withOptions(options), listener);
              System.out.println("submitted");
              return handle;
            }
          };
    }
  }
}
