package io.l2s;

/** A request that no model could answer; it names the field, its bound and the value given. */
public class InvalidRequestException extends L2sException {

  private static final long serialVersionUID = 1L;

  private final String field;
  private final String bound;
  private final String value;

  public InvalidRequestException(String field, String bound, Object value) {
    super(field + " must be " + bound + ", but was " + value, null);
    this.field = field;
    this.bound = bound;
    this.value = String.valueOf(value);
  }

  /** The offending field's name, as in {@link GenerationRequest}. */
  public String field() {
    return field;
  }

  /** What the field must be. */
  public String bound() {
    return bound;
  }

  /** What the field was. */
  public String value() {
    return value;
  }
}
