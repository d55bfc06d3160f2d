package io.l2s.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A real model that answers requests on virtual and on platform threads. */
@Timeout(120)
class VirtualThreadsTests {

  /** More requests than cores, which carry the virtual threads. */
  private static final int REQUESTS = 4 * Runtime.getRuntime().availableProcessors();

  private static final Path BUNDLE =
      Path.of("../l2s-core/src/test/resources/fixtures/hybrid-a-t5-t5-add");

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyRequestIsAnswered(boolean virtual) {
    assumeTrue(
        !virtual || Runtime.version().feature() >= 21,
        "Virtual threads need Java 21 or newer, but this is " + Runtime.version());
    try (ConfigurableApplicationContext application =
        new SpringApplicationBuilder(Application.class)
            .run(
                "--spring.main.web-application-type=servlet",
                "--spring.main.banner-mode=off",
                "--spring.threads.virtual.enabled=" + virtual,
                "--server.port=0",
                "--l2s.warm-up=false",
                "--l2s.bundle=" + BUNDLE)) {
      String port = application.getEnvironment().getProperty("local.server.port");
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/answer")).build();
      HttpClient http = HttpClient.newHttpClient();
      List<CompletableFuture<HttpResponse<String>>> sent =
          IntStream.range(0, REQUESTS)
              .mapToObj(i -> http.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
              .toList();
      assertThat(sent)
          .allSatisfy(
              answer ->
                  assertThat(answer.join().body())
                      .isEqualTo("HYBRID on a %s thread", virtual ? "virtual" : "platform"));
    }
  }

  @EnableAutoConfiguration
  @RestController
  static class Application {

    private final HybridLanguageModel model;

    Application(HybridLanguageModel model) {
      this.model = model;
    }

    @GetMapping("/answer")
    String answer() {
      // This class is compiled for Java 17, which does not have Thread.isVirtual().
      String kind = Thread.currentThread().getClass().getSimpleName();
      return model.generate(GenerationRequest.of("a b c").withMaxNewTokens(3)).route()
          + " on a "
          + (kind.equals("VirtualThread") ? "virtual" : "platform")
          + " thread";
    }
  }
}
