package io.l2s.autoconfigure.actuate;

import io.l2s.autoconfigure.ModelDescription;
import java.util.Map;

/** Looks up circuit breakers of models. */
@FunctionalInterface
interface BreakerStates {

  /** Where there are no breakers. */
  BreakerStates NONE = model -> Map.of();

  /** The states of a model's breakers, such as {@code CLOSED}, by the breakers' names. */
  Map<String, String> of(ModelDescription model);
}
