package io.l2s.chat;

/**
 * What a name or attribute without a value stands for: empty text, false, no elements. Other uses
 * are errors.
 *
 * @param message what is undefined
 */
record Undefined(String message) {

  TemplateError error() {
    return new TemplateError(message);
  }
}
