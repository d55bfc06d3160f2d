package io.l2s.samples.titles;

import io.l2s.autoconfigure.web.GenerationProblems;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** An abstract over {@code titles.max-characters}; clients get status 413. */
final class TextTooLongException extends ErrorResponseException {

  private static final long serialVersionUID = 1L;

  TextTooLongException(int limit, int actual) {
    super(
        HttpStatus.CONTENT_TOO_LARGE,
        GenerationProblems.ofField(
            HttpStatus.CONTENT_TOO_LARGE,
            "text",
            "at most " + limit + " characters long",
            actual + " characters"),
        null);
  }
}
