package io.l2s.autoconfigure.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/** Names and keys of an observed generation; a bean of this type replaces those of l2s. */
public interface GenerationObservationConvention
    extends ObservationConvention<GenerationObservationContext> {

  @Override
  default boolean supportsContext(Observation.Context context) {
    return context instanceof GenerationObservationContext;
  }
}
