package io.l2s.autoconfigure.web;

import io.l2s.EngineException;
import io.l2s.L2sException;
import io.l2s.LoadException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns what a model refuses or fails into problem details, in MVC and WebFlux applications. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE - 100)
class GenerationAdvice {

  private static final Logger LOG = LoggerFactory.getLogger(GenerationAdvice.class);

  @ExceptionHandler
  ResponseEntity<ProblemDetail> handle(L2sException failure) {
    if (failure instanceof EngineException || failure instanceof LoadException) {
      LOG.warn("A request failed", failure);
    }
    ProblemDetail problem = GenerationProblems.of(failure);
    ResponseEntity.BodyBuilder response = ResponseEntity.status(problem.getStatus());
    if (problem.getStatus() == HttpStatus.SERVICE_UNAVAILABLE.value()) {
      response.header(HttpHeaders.RETRY_AFTER, GenerationProblems.RETRY_AFTER_SECONDS);
    }
    return response.body(problem);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> handle(DeadlinePassedException failure) {
    ProblemDetail problem = GenerationProblems.of(failure);
    return ResponseEntity.status(problem.getStatus()).body(problem);
  }
}
