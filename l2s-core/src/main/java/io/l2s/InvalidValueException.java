package io.l2s;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A value that is out of its bounds; it names the field, the bound and the value. */
public abstract class InvalidValueException extends L2sException {

  private static final long serialVersionUID = 1L;

  private final String field;
  private final String bound;
  private final String value;

  InvalidValueException(String field, String bound, @Nullable Object value, String... settings) {
    super(message(field, bound, Excerpt.of(String.valueOf(value))), null, settings);
    this.field = field;
    this.bound = bound;
    this.value = Excerpt.of(String.valueOf(value));
  }

  private static String message(String field, String bound, String value) {
    return field + " must be " + bound + ", but was " + value;
  }

  /** The offending field's name. */
  public String field() {
    return field;
  }

  /** The bound of the field, such as {@code at least 1}. */
  public String bound() {
    return bound;
  }

  /** The bound with every setting named as {@code nameOf} names it. */
  public String boundFor(UnaryOperator<String> nameOf) {
    return renamed(bound, nameOf);
  }

  /** The value that was given. */
  public String value() {
    return value;
  }

  /** The message with the field and every other setting named as {@code nameOf} names it. */
  @Override
  public String messageFor(UnaryOperator<String> nameOf) {
    return message(nameOf.apply(field), boundFor(nameOf), value);
  }
}
