package io.l2s.autoconfigure.web;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Turns what Spring MVC refuses into problem details. A field of the wrong type is named like a
 * value out of bounds, with status 422; broken JSON stays a 400.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE - 100)
class ServletProblems extends ResponseEntityExceptionHandler {

  private static final boolean JACKSON_2 =
      ClassUtils.isPresent(
          "com.fasterxml.jackson.databind.JsonMappingException",
          ServletProblems.class.getClassLoader());

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    if (failure.getCause() instanceof Exception cause) {
      ProblemDetail problem =
          JACKSON_2 && cause instanceof IOException
              ? UnreadableJson.problem(cause)
              : UnreadableJson3.problem(cause);
      if (problem != null) {
        return handleExceptionInternal(
            failure, problem, headers, HttpStatusCode.valueOf(problem.getStatus()), request);
      }
    }
    return super.handleHttpMessageNotReadable(failure, headers, status, request);
  }
}
