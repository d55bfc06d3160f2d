package io.l2s.serving;

import io.l2s.ServingOptions;

/**
 * Receives a call when a model stops responding, because a native call has lasted longer than
 * {@link ServingOptions#nativeCallLimit}, and another call when the model serves again. A model
 * whose mapped files of weights have been written to stops responding for good.
 *
 * <p>The calls come one after the other on the model's timer thread. The first one has {@code
 * false}. No call comes after the model has been closed.
 */
@FunctionalInterface
public interface ResponsivenessListener {

  /** Ignores all calls. */
  ResponsivenessListener NONE = responsive -> {};

  void onChange(boolean responsive);
}
