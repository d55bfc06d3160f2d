package io.l2s.samples.translation.faults;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** The last changes of all circuit breakers, the oldest first; thread-safe. */
@Component
@Profile("dev")
class BreakerChanges {

  private static final int MOST = 1_000;

  private final Deque<Change> changes = new ArrayDeque<>();

  BreakerChanges(CircuitBreakerRegistry registry) {
    registry.getEventPublisher().onEntryAdded(event -> watch(event.getAddedEntry()));
    registry.getAllCircuitBreakers().forEach(this::watch);
  }

  /**
   * A breaker went from one state to another.
   *
   * @param time milliseconds since the epoch
   */
  record Change(long time, String breaker, CircuitBreaker.State from, CircuitBreaker.State to) {}

  private void watch(CircuitBreaker breaker) {
    breaker.getEventPublisher().onStateTransition(this::add);
  }

  private synchronized void add(CircuitBreakerOnStateTransitionEvent event) {
    if (changes.size() == MOST) {
      changes.removeFirst();
    }
    changes.addLast(
        new Change(
            event.getCreationTime().toInstant().toEpochMilli(),
            event.getCircuitBreakerName(),
            event.getStateTransition().getFromState(),
            event.getStateTransition().getToState()));
  }

  synchronized List<Change> all() {
    return List.copyOf(changes);
  }
}
