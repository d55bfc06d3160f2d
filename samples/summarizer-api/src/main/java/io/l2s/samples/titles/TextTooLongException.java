package io.l2s.samples.titles;

import io.l2s.autoconfigure.web.GenerationProblems;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** An abstract that is longer than the service or the model takes; clients get status 413. */
final class TextTooLongException extends ErrorResponseException {

  private static final long serialVersionUID = 1L;

  /**
   * @param bound such as {@code at most 20000 characters long}
   * @param actual such as {@code 20001 characters}
   */
  TextTooLongException(String bound, String actual) {
    super(
        HttpStatus.CONTENT_TOO_LARGE,
        GenerationProblems.ofField(HttpStatus.CONTENT_TOO_LARGE, "text", bound, actual),
        null);
  }
}
