package io.l2s.benchmarks.load;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks the sample for translations, each over a connection of its own: a kept connection that the
 * server closes while a request is on its way would look like a lost request. Thread-safe.
 */
final class LoadClient {

  static {
    // The JDK's client lets nobody set this header otherwise.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "connection");
  }

  private final URI base;
  private final Function<String, Outcome> reader;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private volatile boolean stopping;

  LoadClient(URI base) {
    this(base, LoadClient::route);
  }

  /**
   * @param reader makes an outcome of the body of an answer
   */
  LoadClient(URI base, Function<String, Outcome> reader) {
    this.base = base;
    this.reader = reader;
  }

  /** From now on a connection that is not taken counts as turned away. */
  void applicationStops() {
    stopping = true;
  }

  /** Sends the request of this number; the future always ends with an outcome. */
  CompletableFuture<Outcome> translate(long number) {
    return http.sendAsync(
            request("/api/translate")
                .POST(
                    BodyPublishers.ofString(
                        "{\"text\": \"I saw %d of your friends in the street.\"}"
                            .formatted(number % 10_000)))
                .build(),
            BodyHandlers.ofString())
        .handle(
            (response, failure) ->
                response == null
                    ? unanswered(failure)
                    : outcome(response.statusCode(), response.headers(), response.body()))
        // An Error would leave whoever counts outcomes waiting.
        .exceptionally(unreadable -> Outcome.FAILED);
  }

  private Outcome unanswered(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    boolean neverSent = cause instanceof ConnectException;
    return neverSent && stopping ? Outcome.TURNED_AWAY : Outcome.LOST;
  }

  private Outcome outcome(int status, HttpHeaders headers, String body) {
    if (status == 200) {
      return reader.apply(body);
    }
    boolean refused = status == 503 || status == 429;
    return refused && headers.firstValue("Retry-After").isPresent()
        ? Outcome.REFUSED
        : Outcome.FAILED;
  }

  private static Outcome route(String body) {
    try {
      JsonObject sentence =
          JsonParser.parseString(body)
              .getAsJsonObject()
              .getAsJsonArray("sentences")
              .get(0)
              .getAsJsonObject();
      return Outcome.valueOf(sentence.get("route").getAsString());
    } catch (RuntimeException notThatForm) {
      return Outcome.FAILED;
    }
  }

  /** The body of {@code GET path}. */
  String get(String path) throws Exception {
    return checked(http.send(request(path).GET().build(), BodyHandlers.ofString()));
  }

  /** Sets the faults, as percentages. */
  void setFaults(int slm, int encoder) throws Exception {
    String body = "{\"slmFaults\": %d, \"encoderFaults\": %d}".formatted(slm, encoder);
    checked(
        http.send(
            request("/api/faults").PUT(BodyPublishers.ofString(body)).build(),
            BodyHandlers.ofString()));
  }

  private static String checked(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new IllegalStateException(
          response.uri() + " answered " + response.statusCode() + ": " + response.body());
    }
    return response.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path))
        .header("Content-Type", "application/json")
        .header("Connection", "close");
  }
}
