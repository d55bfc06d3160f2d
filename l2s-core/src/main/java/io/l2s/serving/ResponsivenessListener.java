package io.l2s.serving;

import io.l2s.ServingOptions;

/**
 * Told when a model stops responding, since a native call has lasted longer than {@link
 * ServingOptions#nativeCallLimit}, and when it serves again.
 *
 * <p>Called on the model's timer thread, one call after the other, the first one with {@code
 * false}; not called any more once the model is closed.
 */
@FunctionalInterface
public interface ResponsivenessListener {

  /** For those who need not know. */
  ResponsivenessListener NONE = responsive -> {};

  void onChange(boolean responsive);
}
