package io.l2s.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each end of a request is counted as what it is, over real HTTP. */
class LoadClientTest {

  private HttpServer server;
  private LoadClient client;
  private int status = 200;
  private String retryAfter;
  private String body = "{\"sentences\": [{\"route\": \"LLM_ONLY\"}]}";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    client = new LoadClient(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    if (status == 0) {
      exchange.close();
      return;
    }
    if (retryAfter != null) {
      exchange.getResponseHeaders().set("Retry-After", retryAfter);
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Outcome outcome() {
    return client.translate(1).join();
  }

  @Test
  void anAnswerHasItsRoute() {
    assertThat(outcome()).isEqualTo(Outcome.LLM_ONLY);
    body = "{\"sentences\": [{\"route\": \"HYBRID\"}]}";
    assertThat(outcome()).isEqualTo(Outcome.HYBRID);
  }

  @Test
  void anAnswerOfAnotherFormHasFailed() {
    body = "{}";
    assertThat(outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void anErrorWhileAnAnswerIsReadIsAnOutcome() {
    client =
        new LoadClient(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
            read -> {
              throw new StackOverflowError();
            });
    assertThat(outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void aRefusalSaysWhenToComeAgain() {
    status = 503;
    assertThat(outcome()).isEqualTo(Outcome.FAILED);
    retryAfter = "1";
    assertThat(outcome()).isEqualTo(Outcome.REFUSED);
    status = 500;
    assertThat(outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void aConnectionThatEndsWithoutAnswerIsLostAlsoWhileTheApplicationStops() {
    status = 0;
    assertThat(outcome()).isEqualTo(Outcome.LOST);
    client.applicationStops();
    assertThat(outcome()).isEqualTo(Outcome.LOST);
  }

  @Test
  void aConnectionThatNobodyTakesIsLostUnlessTheApplicationIsStopping() {
    server.stop(0);
    assertThat(outcome()).isEqualTo(Outcome.LOST);
    client.applicationStops();
    assertThat(outcome()).isEqualTo(Outcome.TURNED_AWAY);
  }
}
