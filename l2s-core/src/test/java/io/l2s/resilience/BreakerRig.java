package io.l2s.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationHandle;
import io.l2s.GenerationRequest;
import io.l2s.HandDrivenModel;
import io.l2s.RecordingListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** A breaker around a model whose answers a test decides, on a clock that it turns by hand. */
abstract class BreakerRig {

  static final class HandClock extends Clock {
    Instant now = Instant.EPOCH;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  final HandClock clock = new HandClock();

  final CircuitBreaker breaker =
      CircuitBreaker.of(
          "l2s-slm",
          CircuitBreakerConfig.custom()
              .clock(clock)
              .currentTimestampFunction(Clock::millis, TimeUnit.MILLISECONDS)
              .slidingWindowSize(2)
              .minimumNumberOfCalls(2)
              .waitDurationInOpenState(Duration.ofSeconds(5))
              .permittedNumberOfCallsInHalfOpenState(1)
              .build());

  final HandDrivenModel delegate = new HandDrivenModel();

  final CircuitBreakingLanguageModel model = new CircuitBreakingLanguageModel(delegate, breaker);
  final RecordingListener listener = new RecordingListener();

  static GenerationFailedException failed(Component component) {
    return new GenerationFailedException(component, component + " is broken", null);
  }

  GenerationHandle submit() {
    return submit(GenerationRequest.of("hello"));
  }

  GenerationHandle submit(GenerationRequest request) {
    return model.submit(request, listener);
  }
}
