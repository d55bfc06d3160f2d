package io.l2s.autoconfigure.observation;

import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.micrometer.observation.Observation;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The facts known of one observed generation. The result or the failure is there when the
 * observation stops.
 */
public final class GenerationObservationContext extends Observation.Context {

  private final String model;
  private final GenerationRequest request;
  private final Instant submitted;
  private volatile @Nullable GenerationResult result;
  private volatile @Nullable Throwable failure;

  /**
   * @param model name of the model
   * @param submitted when the request was submitted
   */
  public GenerationObservationContext(String model, GenerationRequest request, Instant submitted) {
    this.model = Objects.requireNonNull(model, "model");
    this.request = Objects.requireNonNull(request, "request");
    this.submitted = Objects.requireNonNull(submitted, "submitted");
  }

  /** The name of the model. */
  public String model() {
    return model;
  }

  public GenerationRequest request() {
    return request;
  }

  /** When the request was submitted. */
  public Instant submitted() {
    return submitted;
  }

  /** The result; empty while the generation runs and where it failed. */
  public Optional<GenerationResult> result() {
    return Optional.ofNullable(result);
  }

  /** The failure; empty while the generation runs and where it has a result. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  void completed(GenerationResult made) {
    result = made;
  }

  void failed(Throwable cause) {
    failure = cause;
  }
}
