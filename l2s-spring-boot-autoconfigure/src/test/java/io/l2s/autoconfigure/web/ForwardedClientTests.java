package io.l2s.autoconfigure.web;

import static io.l2s.autoconfigure.web.MvcApplication.HTTP;
import static io.l2s.autoconfigure.web.MvcApplication.MODEL;
import static io.l2s.autoconfigure.web.MvcApplication.uri;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;

/** Clients cannot choose who they are by a header, unless the application trusts its proxy. */
@Timeout(60)
class ForwardedClientTests {

  @ParameterizedTest
  @CsvSource({"none, 429", "native, 200", "framework, 200"})
  void aForwardedAddressCountsOnlyByTheStrategy(String strategy, int status) throws Exception {
    try (ConfigurableApplicationContext application =
        MvcApplication.start(
            "10s",
            "server.forward-headers-strategy=" + strategy,
            "l2s.web.client-limit.paths=/api/**",
            "l2s.web.client-limit.max-requests=1")) {
      MODEL.answerForEver();
      HttpResponse<InputStream> first = stream(application, "203.0.113.1");
      assertThat(first.statusCode()).isEqualTo(200);
      try (InputStream inProgress = first.body()) {
        HttpResponse<InputStream> second = stream(application, "203.0.113.2");
        second.body().close();

        assertThat(second.statusCode()).isEqualTo(status);
      }
    }
  }

  private static HttpResponse<InputStream> stream(
      ConfigurableApplicationContext application, String forwardedFor) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(uri(application, "/api/stream"))
            .header("Content-Type", "application/json")
            .header("X-Forwarded-For", forwardedFor)
            .POST(HttpRequest.BodyPublishers.ofString("{\"text\": \"x\"}"))
            .build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }
}
