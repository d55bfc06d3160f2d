package io.l2s.samples.titles;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the running service. */
public final class Http {

  private static final JsonMapper JSON = new JsonMapper();

  private static final AtomicInteger CLIENTS = new AtomicInteger();

  private final HttpClient client = HttpClient.newHttpClient();
  private final String base;
  private final String address;

  /** A client with an address of its own, as a proxy reports it. */
  public Http(int port) {
    base = "http://127.0.0.1:" + port;
    address = "2001:db8::" + Integer.toHexString(CLIENTS.incrementAndGet());
  }

  /** An answer; the body is text, and JSON where it is read as such. */
  public record Answer(int status, HttpHeaders headers, String text) {

    public JsonNode json() {
      return JSON.readTree(text);
    }

    public String contentType() {
      return headers.firstValue("Content-Type").orElse("");
    }

    /** The answer, which must be a problem detail of this status that names this field. */
    public JsonNode problemOf(int status, String field) {
      JsonNode problem = problem(status);
      assertThat(problem.path("field").asString("")).as(text).isEqualTo(field);
      return problem;
    }

    /** The answer, which must be a problem detail of this status. */
    public JsonNode problem(int status) {
      assertThat(this.status).as(text).isEqualTo(status);
      assertThat(contentType()).isEqualTo("application/problem+json");
      assertThat(json().get("status").asInt()).isEqualTo(status);
      assertThat(json().get("detail").asString()).isNotBlank();
      return json();
    }

    /** The answer, which must be a success. */
    public JsonNode ok() {
      assertThat(status).as(text).isEqualTo(200);
      return json();
    }

    /** The events of a stream, in their order. */
    public List<Event> events() {
      assertThat(contentType()).startsWith("text/event-stream");
      return Arrays.stream(text.strip().split("\n\n")).map(Event::of).toList();
    }
  }

  /** An event of a stream. */
  public record Event(String name, JsonNode data) {

    private static Event of(String event) {
      String[] lines = event.split("\n", 2);
      return new Event(
          lines[0].substring("event:".length()),
          JSON.readTree(lines[1].substring("data:".length())));
    }
  }

  public Answer get(String path) {
    return send(request(path).build());
  }

  public Answer post(String path, String json) {
    return post(path, "application/json", json);
  }

  public Answer post(String path, String contentType, String body) {
    return send(posted(path, contentType, body));
  }

  /** Posts, reads the first byte of the answer, and closes the connection. */
  void postAndLeave(String path, String json) {
    try (InputStream body =
        call(posted(path, "application/json", json), BodyHandlers.ofInputStream()).body()) {
      assertThat(body.read()).isPositive();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private HttpRequest posted(String path, String contentType, String body) {
    return request(path)
        .header("Content-Type", contentType)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).header("X-Forwarded-For", address);
  }

  private Answer send(HttpRequest request) {
    HttpResponse<String> response = call(request, BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.headers(), response.body());
  }

  private <T> HttpResponse<T> call(HttpRequest request, BodyHandler<T> handler) {
    try {
      return client.send(request, handler);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
