package io.l2s.chat;

/**
 * The value of a name or attribute without one: empty text, false, no elements. Other uses are
 * errors.
 *
 * @param message what is undefined
 */
record Undefined(String message) {

  TemplateError error() {
    return new TemplateError(message);
  }
}
