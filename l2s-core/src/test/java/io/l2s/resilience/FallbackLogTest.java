package io.l2s.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.Degradation;
import io.l2s.Degradation.Attempt;
import io.l2s.Degradation.Cause;
import io.l2s.GenerationFailedException.Component;
import io.l2s.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FallbackLogTest {

  private long now;
  private final List<String> warnings = new ArrayList<>();
  private final FallbackLog log = new FallbackLog(() -> now, warnings::add);
  private final Guards guards =
      new Guards(Map.of(Component.SLM, CircuitBreaker.ofDefaults("l2s-slm")));

  private void degraded(Cause cause) {
    log.degraded(
        Route.LLM_ONLY,
        Degradation.after(List.of(new Attempt(Route.HYBRID, cause, "it is broken"))),
        guards);
  }

  @Test
  void namesRoutesCauseAndBreakers() {
    degraded(Cause.SLM_FAILED);
    assertThat(warnings)
        .containsExactly(
            "LLM_ONLY answered in place of HYBRID: HYBRID SLM_FAILED (it is broken); circuit"
                + " breakers: l2s-slm CLOSED");
  }

  @Test
  void reportsACauseOnceInTenSecondsAndCountsTheRest() {
    for (int i = 0; i < 4; i++) {
      degraded(Cause.SLM_FAILED);
    }
    assertThat(warnings).hasSize(1);
    now = Duration.ofSeconds(10).toNanos();
    degraded(Cause.SLM_FAILED);
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(1)).endsWith("; 3 more such answers since the last report");
  }

  @Test
  void anotherCauseIsReportedAtOnce() {
    degraded(Cause.SLM_FAILED);
    degraded(Cause.CIRCUIT_OPEN);
    assertThat(warnings).hasSize(2);
  }
}
