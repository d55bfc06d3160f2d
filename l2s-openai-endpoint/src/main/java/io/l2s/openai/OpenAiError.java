package io.l2s.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.l2s.ChatTemplateException;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.PromptTooLongException;
import io.l2s.QueueFullException;
import io.l2s.autoconfigure.PropertyNames;
import io.l2s.autoconfigure.web.GenerationProblems;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

/**
 * An error in OpenAI's form.
 *
 * @param param the field at fault; null where there is none
 */
record OpenAiError(
    HttpStatus status, String type, String message, @Nullable String param, String code) {

  private static final String INVALID = "invalid_request_error";

  static OpenAiError invalid(@Nullable String param, String message) {
    return new OpenAiError(
        HttpStatus.BAD_REQUEST, INVALID, GenerationProblems.text(message), param, "invalid_value");
  }

  /** A field that breaks {@code bound}. */
  static OpenAiError field(String param, String bound, String value) {
    ProblemDetail problem = GenerationProblems.ofField(HttpStatus.BAD_REQUEST, param, bound, value);
    return new OpenAiError(
        HttpStatus.BAD_REQUEST, INVALID, detail(problem), param, "invalid_value");
  }

  static OpenAiError wrongMethod(HttpMethod expected, String actual) {
    return new OpenAiError(
        HttpStatus.METHOD_NOT_ALLOWED,
        INVALID,
        "the method must be " + expected + ", but was " + actual,
        null,
        "method_not_allowed");
  }

  /** A failure that nobody foresaw; the log has it. */
  static OpenAiError unexpected() {
    return new OpenAiError(
        HttpStatus.INTERNAL_SERVER_ERROR,
        "server_error",
        "the request failed; the server's log says why",
        null,
        "internal_error");
  }

  /** A field that this endpoint does not support. */
  static OpenAiError unsupported(String param, String message) {
    return new OpenAiError(
        HttpStatus.BAD_REQUEST,
        INVALID,
        GenerationProblems.text(message),
        param,
        "unsupported_parameter");
  }

  static OpenAiError unknownModel(String name, List<String> known) {
    ProblemDetail problem =
        GenerationProblems.ofField(HttpStatus.NOT_FOUND, "model", "one of " + known, name);
    return new OpenAiError(
        HttpStatus.NOT_FOUND, INVALID, detail(problem), "model", "model_not_found");
  }

  /** The error of a request that a filter has refused. */
  static OpenAiError of(ProblemDetail problem) {
    HttpStatus status = HttpStatus.valueOf(problem.getStatus());
    Map<String, Object> properties = problem.getProperties();
    Object field = properties == null ? null : properties.get("field");
    return new OpenAiError(
        status,
        status.is4xxClientError() ? INVALID : "server_error",
        detail(problem),
        field == null ? null : field.toString(),
        status.name().toLowerCase(Locale.ROOT));
  }

  /**
   * The error of what a model refuses or fails.
   *
   * @param names OpenAI's names of l2s's fields
   */
  static OpenAiError of(L2sException failure, Map<String, String> names) {
    ProblemDetail problem = GenerationProblems.of(failure);
    if (failure instanceof InvalidRequestException invalid) {
      String param = names.getOrDefault(invalid.field(), invalid.field());
      UnaryOperator<String> property = PropertyNames.forModelOf(invalid);
      String bound =
          failure instanceof ChatTemplateException
              ? property(problem, "bound")
              : invalid.boundFor(name -> names.getOrDefault(name, property.apply(name)));
      ProblemDetail named =
          GenerationProblems.ofField(
              HttpStatus.BAD_REQUEST, param, bound, property(problem, "value"));
      return new OpenAiError(
          HttpStatus.BAD_REQUEST,
          INVALID,
          detail(named),
          param,
          failure instanceof PromptTooLongException ? "context_length_exceeded" : "invalid_value");
    }
    if (failure instanceof QueueFullException) {
      return tooManyRequests(problem);
    }
    return of(problem);
  }

  /** The error of a request that may come again soon. */
  static OpenAiError tooManyRequests(ProblemDetail problem) {
    return new OpenAiError(
        HttpStatus.TOO_MANY_REQUESTS,
        "rate_limit_error",
        detail(problem),
        null,
        "rate_limit_exceeded");
  }

  private static String property(ProblemDetail problem, String name) {
    return String.valueOf(Objects.requireNonNull(problem.getProperties()).get(name));
  }

  private static String detail(ProblemDetail problem) {
    return Objects.requireNonNullElse(problem.getDetail(), "");
  }

  /** Whether the client may try again soon. */
  boolean isTemporary() {
    return status == HttpStatus.TOO_MANY_REQUESTS || status == HttpStatus.SERVICE_UNAVAILABLE;
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("error")
        .put("message", message)
        .put("type", type)
        .put("param", param)
        .put("code", code);
    return json;
  }

  void write(HttpServletResponse response) throws IOException {
    response.setStatus(status.value());
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    if (isTemporary()) {
      response.setHeader(HttpHeaders.RETRY_AFTER, GenerationProblems.RETRY_AFTER_SECONDS);
    }
    response.getOutputStream().write(json().toString().getBytes(StandardCharsets.UTF_8));
  }
}
