package io.l2s.autoconfigure.observation;

import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Observes each request from its submission to its end. The listener gets its events within the
 * observation in which the request was submitted, and the last one after the request's own
 * observation has stopped.
 */
final class ObservedLanguageModel extends DelegatingHybridLanguageModel {

  private final String name;
  private final ObservationRegistry registry;
  private final GenerationObservationConvention convention;
  private final Clock clock;

  ObservedLanguageModel(
      HybridLanguageModel delegate,
      String name,
      ObservationRegistry registry,
      GenerationObservationConvention convention,
      Clock clock) {
    super(delegate);
    this.name = name;
    this.registry = registry;
    this.convention = convention;
    this.clock = clock;
  }

  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    @Nullable Observation caller = registry.getCurrentObservation();
    GenerationObservationContext context =
        new GenerationObservationContext(name, request, clock.instant());
    Observation observation =
        GenerationObservationDocumentation.GENERATION.start(
            convention, convention, () -> context, registry);
    ObservedListener observed = new ObservedListener(listener, observation, context, caller);
    try {
      return super.submit(request, observed);
    } catch (Throwable e) {
      observed.stop(e);
      throw e;
    }
  }
}
