package io.l2s;

import org.jspecify.annotations.Nullable;

/** A setting of a model, a training or an evaluation that is out of its bounds. */
public class InvalidSettingException extends InvalidValueException {

  private static final long serialVersionUID = 1L;

  /**
   * @param field its name, as in the options class that it belongs to
   * @param settings names of other settings that {@code bound} mentions
   */
  public InvalidSettingException(
      String field, String bound, @Nullable Object value, String... settings) {
    super(field, bound, value, settings);
  }
}
