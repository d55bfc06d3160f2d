package io.l2s.autoconfigure.observation;

import io.l2s.GenerationResult;
import io.l2s.InvalidRequestException;
import io.l2s.ModelClosedException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.NoRouteAvailableException;
import io.l2s.QueueFullException;
import io.l2s.WeightsChangedException;
import java.util.Locale;

/** How a request ended, whether it got an answer or not. */
enum GenerationOutcome {
  /** The answer ended by itself. */
  EOS,
  /** The answer reached its limit of tokens. */
  LENGTH,
  /** The answer reached a stop string. */
  STOP,
  /** The caller cancelled. */
  CANCELLED,
  /** The deadline passed. */
  DEADLINE,
  /** The queue was full. */
  REFUSED,
  /** The request was malformed, too long or asked for what is not there. */
  INVALID,
  /** A native call lasted longer than it may. */
  UNRESPONSIVE,
  /** The model was closed. */
  CLOSED,
  /** Circuit breakers permitted no route. */
  CIRCUIT_OPEN,
  /** A file of the weights changed while it was in use. */
  WEIGHTS_CHANGED,
  /** A component of the model failed. */
  FAILED;

  static GenerationOutcome of(GenerationResult result) {
    return switch (result.finishReason()) {
      case EOS -> EOS;
      case LENGTH -> LENGTH;
      case STOP -> STOP;
      case CANCELLED -> CANCELLED;
      case DEADLINE -> DEADLINE;
    };
  }

  static GenerationOutcome of(Throwable failure) {
    if (failure instanceof QueueFullException) {
      return REFUSED;
    } else if (failure instanceof InvalidRequestException) {
      return INVALID;
    } else if (failure instanceof ModelUnresponsiveException) {
      return UNRESPONSIVE;
    } else if (failure instanceof ModelClosedException) {
      return CLOSED;
    } else if (failure instanceof NoRouteAvailableException) {
      return CIRCUIT_OPEN;
    } else if (failure instanceof WeightsChangedException) {
      return WEIGHTS_CHANGED;
    }
    return FAILED;
  }

  /** The value in meters and spans. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
