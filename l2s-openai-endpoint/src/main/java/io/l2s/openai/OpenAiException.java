package io.l2s.openai;

/** A request that is refused with an error in OpenAI's form. */
final class OpenAiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient OpenAiError error;

  OpenAiException(OpenAiError error) {
    super(error.message());
    this.error = error;
  }

  OpenAiError error() {
    return error;
  }
}
