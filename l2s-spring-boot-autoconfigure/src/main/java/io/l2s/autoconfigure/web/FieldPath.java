package io.l2s.autoconfigure.web;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** The way to a field of a JSON body, as in {@code options.stop[2]}; needs no Jackson. */
final class FieldPath {

  private final StringBuilder path = new StringBuilder();

  /**
   * @param name of the next field; null for an element of a list
   */
  void add(@Nullable String name, @Nullable Integer index) {
    if (name == null) {
      path.append('[').append(index).append(']');
    } else {
      path.append(path.isEmpty() ? "" : ".").append(name);
    }
  }

  /** The problem that the field is not as it must be. */
  ProblemDetail invalid(String bound, String value) {
    return GenerationProblems.ofField(
        HttpStatus.UNPROCESSABLE_ENTITY, path.toString(), bound, value);
  }
}
