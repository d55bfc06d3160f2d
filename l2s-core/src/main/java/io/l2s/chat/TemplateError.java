package io.l2s.chat;

import java.util.Objects;

/** A problem of a template or its run; {@link ChatTemplate} adds the file and the line. */
final class TemplateError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean refusal;

  TemplateError(String message) {
    this(message, false);
  }

  private TemplateError(String message, boolean refusal) {
    super(message, null, false, false);
    this.refusal = refusal;
  }

  /** The template itself refuses the messages, as by {@code raise_exception}. */
  static TemplateError refusal(String message) {
    return new TemplateError(message, true);
  }

  /** The problem; never null. */
  @Override
  public String getMessage() {
    return Objects.requireNonNullElse(super.getMessage(), "");
  }

  /** Whether the messages are at fault and not the template. */
  boolean isRefusal() {
    return refusal;
  }
}
