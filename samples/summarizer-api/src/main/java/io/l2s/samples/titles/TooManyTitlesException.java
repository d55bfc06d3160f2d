package io.l2s.samples.titles;

import io.l2s.autoconfigure.web.GenerationProblems;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** A client asks for more titles than it may have; it gets status 429 and {@code Retry-After}. */
final class TooManyTitlesException extends ErrorResponseException {

  private static final long serialVersionUID = 1L;

  TooManyTitlesException(int most, Duration period, Duration wait) {
    super(
        HttpStatus.TOO_MANY_REQUESTS,
        GenerationProblems.ofField(
            HttpStatus.TOO_MANY_REQUESTS,
            "client",
            "at most " + most + " titles in " + period.toSeconds() + " s",
            "more"),
        null);
    long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    setDetail(
        "a client may have at most %d titles in %d s; try again in %d s"
            .formatted(most, period.toSeconds(), seconds));
    getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
  }
}
