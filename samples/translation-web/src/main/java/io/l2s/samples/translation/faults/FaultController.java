package io.l2s.samples.translation.faults;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.util.Comparator;
import java.util.List;
import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Switches faults on and off, and shows the circuit breakers. */
@RestController
@Profile("dev")
@RequestMapping("/api/faults")
class FaultController {

  private final FaultSwitch faults;
  private final CircuitBreakerRegistry breakers;
  private final BreakerChanges changes;

  FaultController(FaultSwitch faults, CircuitBreakerRegistry breakers, BreakerChanges changes) {
    this.faults = faults;
    this.breakers = breakers;
    this.changes = changes;
  }

  /** The faults and the breakers that watch for them. */
  record Panel(Faults faults, List<Breaker> breakers) {}

  /**
   * A circuit breaker.
   *
   * @param calls those that its rates are taken from
   * @param failed how many of them failed
   * @param slow how many of them were slow
   */
  record Breaker(String name, CircuitBreaker.State state, int calls, int failed, int slow) {

    static Breaker of(CircuitBreaker breaker) {
      CircuitBreaker.Metrics metrics = breaker.getMetrics();
      return new Breaker(
          breaker.getName(),
          breaker.getState(),
          metrics.getNumberOfBufferedCalls(),
          metrics.getNumberOfFailedCalls(),
          metrics.getNumberOfSlowCalls());
    }
  }

  @GetMapping
  Panel panel() {
    return new Panel(
        faults.faults(),
        breakers.getAllCircuitBreakers().stream()
            .map(Breaker::of)
            .sorted(Comparator.comparing(Breaker::name))
            .toList());
  }

  /** The last changes of the breakers' states. */
  @GetMapping("/changes")
  List<BreakerChanges.Change> changes() {
    return changes.all();
  }

  @PutMapping
  Panel set(@RequestBody Faults wanted) {
    faults.set(wanted.checked());
    return panel();
  }

  /** Repairs the models and closes the breakers. */
  @DeleteMapping
  Panel repair() {
    faults.set(Faults.NONE);
    breakers.getAllCircuitBreakers().forEach(CircuitBreaker::reset);
    return panel();
  }
}
