package io.l2s.samples.translation;

import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.PromptTooLongException;
import io.l2s.QueueFullException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Turns what the model refuses or fails into problem+json. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

  private static final String RETRY_AFTER_SECONDS = "1";

  @ExceptionHandler
  ResponseEntity<ProblemDetail> handle(L2sException failure) {
    ResponseEntity.BodyBuilder response = ResponseEntity.status(status(failure));
    if (failure instanceof QueueFullException) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response.body(of(failure));
  }

  @ExceptionHandler
  ProblemDetail handle(DeadlinePassedException failure) {
    return of(failure);
  }

  static ProblemDetail of(DeadlinePassedException failure) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.GATEWAY_TIMEOUT, failure.getMessage());
  }

  static ProblemDetail of(L2sException failure) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(status(failure), failure.getMessage());
    if (failure instanceof InvalidRequestException invalid) {
      problem.setProperty("field", invalid.field());
      problem.setProperty("bound", invalid.bound());
      problem.setProperty("value", invalid.value());
    }
    return problem;
  }

  private static HttpStatus status(L2sException failure) {
    if (failure instanceof PromptTooLongException) {
      return HttpStatus.PAYLOAD_TOO_LARGE;
    } else if (failure instanceof InvalidRequestException) {
      return HttpStatus.UNPROCESSABLE_ENTITY;
    } else if (failure instanceof QueueFullException || failure instanceof ModelClosedException) {
      return HttpStatus.SERVICE_UNAVAILABLE;
    }
    return HttpStatus.INTERNAL_SERVER_ERROR;
  }
}
