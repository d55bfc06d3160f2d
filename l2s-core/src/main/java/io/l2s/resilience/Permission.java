package io.l2s.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.Timings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The permission of one request to use the components of its route. It reports to each breaker
 * once.
 *
 * @param held the components whose breakers have permitted the request
 */
record Permission(Guards guards, List<Component> held) {

  void release() {
    held.forEach(component -> guards.breaker(component).releasePermission());
  }

  /** Reports the time of a token, so that a long answer is not a slow one. */
  void succeeded(GenerationResult result) {
    Timings timings = result.timings();
    Duration token = each(timings.prefill().plus(timings.decode()), result.ids().size());
    for (Component component : held) {
      CircuitBreaker breaker = guards.breaker(component);
      if (component != Component.ENCODER) {
        breaker.onSuccess(token.toNanos(), TimeUnit.NANOSECONDS);
      } else if (timings.encode().isZero()) {
        // The features were cached, so this says nothing about the LLM.
        breaker.releasePermission();
      } else {
        Duration read = each(timings.encode(), result.promptIds().size());
        breaker.onSuccess(read.toNanos(), TimeUnit.NANOSECONDS);
      }
    }
  }

  /** Reports the failure to the breaker of the component that failed. */
  void failed(L2sException failure) {
    for (Component component : held) {
      CircuitBreaker breaker = guards.breaker(component);
      if (failure instanceof GenerationFailedException by && by.component() == component) {
        // Without a time, since that of waiting and of other components is no fault of this one.
        breaker.onError(0, TimeUnit.NANOSECONDS, failure);
      } else {
        breaker.releasePermission();
      }
    }
  }

  private static Duration each(Duration all, int tokens) {
    return all.dividedBy(Math.max(1, tokens));
  }
}
