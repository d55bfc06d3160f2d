package io.l2s;

import org.jspecify.annotations.Nullable;

/** A request that no model could answer. */
public class InvalidRequestException extends InvalidValueException {

  private static final long serialVersionUID = 1L;

  /**
   * @param field its name, as in {@link GenerationRequest} or {@link GenerationOptions}
   * @param settings names of other fields and of settings that {@code bound} mentions
   */
  public InvalidRequestException(
      String field, String bound, @Nullable Object value, String... settings) {
    super(field, bound, value, settings);
  }
}
