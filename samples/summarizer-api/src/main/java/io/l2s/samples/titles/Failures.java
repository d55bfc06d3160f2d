package io.l2s.samples.titles;

import io.l2s.L2sException;
import io.l2s.autoconfigure.web.DeadlinePassedException;
import io.l2s.autoconfigure.web.GenerationProblems;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Problem details for a lost database and unforeseen failures; l2s makes the others. */
@RestControllerAdvice
class Failures {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  /** The problem that {@code failure} is for a client. */
  static ProblemDetail problem(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof L2sException known) {
      return GenerationProblems.of(known);
    }
    if (cause instanceof DeadlinePassedException late) {
      return GenerationProblems.of(late);
    }
    if (cause instanceof ErrorResponse refused) {
      return refused.getBody();
    }
    LOG.error("A request failed", cause);
    return ProblemDetail.forStatusAndDetail(
        HttpStatus.INTERNAL_SERVER_ERROR, "the service failed; its log says why");
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> handle(DataAccessException failure) {
    LOG.warn("The history could not be read", failure);
    return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
        .header(HttpHeaders.RETRY_AFTER, "10")
        .body(
            ProblemDetail.forStatusAndDetail(
                HttpStatus.SERVICE_UNAVAILABLE,
                "the database of the history does not answer; titles are found without it"));
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> handle(Exception failure) {
    ProblemDetail problem = problem(failure);
    return ResponseEntity.status(problem.getStatus()).body(problem);
  }
}
