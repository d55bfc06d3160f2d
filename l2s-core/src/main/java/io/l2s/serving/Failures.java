package io.l2s.serving;

import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;

/**
 * Turns an exception or {@link Error} of a component into the failure that callers see. None may
 * escape on the native thread, as callers would then wait for ever.
 */
final class Failures {

  private Failures() {}

  static GenerationFailedException of(Component component, Throwable cause) {
    if (cause instanceof GenerationFailedException failure) {
      return failure;
    }
    String said = cause.getMessage() != null ? cause.getMessage() : cause.toString();
    return new GenerationFailedException(component, part(component) + " failed: " + said, cause);
  }

  static String part(Component component) {
    return switch (component) {
      case ENCODER -> "the LLM, reading the prompt,";
      case SLM -> "the SLM";
      case LLM -> "the LLM's decoder";
    };
  }
}
