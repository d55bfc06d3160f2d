package io.l2s.autoconfigure.web;

import com.google.gson.JsonObject;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

/** Writes the answer to a request that a filter refuses. */
@FunctionalInterface
public interface ProblemWriter {

  /** Writes {@code problem}, its status included, as {@code application/problem+json}. */
  ProblemWriter PROBLEM_JSON =
      (problem, response) -> {
        JsonObject json = new JsonObject();
        // RFC 9457 reads a problem without a type, as of Spring 7, as one of this type.
        json.addProperty("type", Objects.toString(problem.getType(), "about:blank"));
        json.addProperty("title", problem.getTitle());
        json.addProperty("status", problem.getStatus());
        json.addProperty("detail", problem.getDetail());
        Map<String, Object> properties = problem.getProperties();
        if (properties != null) {
          properties.forEach((name, value) -> json.addProperty(name, String.valueOf(value)));
        }
        response.setStatus(problem.getStatus());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream().write(json.toString().getBytes(StandardCharsets.UTF_8));
      };

  /**
   * Writes {@code problem} as the whole answer.
   *
   * @throws IOException if the client has gone
   */
  void write(ProblemDetail problem, HttpServletResponse response) throws IOException;
}
