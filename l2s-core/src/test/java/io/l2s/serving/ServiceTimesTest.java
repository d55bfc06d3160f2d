package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.Route;
import org.junit.jupiter.api.Test;

class ServiceTimesTest {

  private final ServiceTimes times = new ServiceTimes();

  /** Prompts of 1,000 ns, answers of 20 tokens, 100 ns each. */
  private void serve(Route route, int requests) {
    for (int i = 0; i < requests; i++) {
      times.prefilled(route, 1, 1_000);
      times.decoded(route, 1, 20, 2_000);
      times.answered(route, 20);
    }
  }

  @Test
  void nothingIsExpectedBeforeEnoughRequestsOfARouteWereServed() {
    serve(Route.LLM_ONLY, ServiceTimes.LATEST);
    serve(Route.HYBRID, ServiceTimes.LATEST - 1);
    assertThat(times.expected(Route.HYBRID, 64, 1)).isZero();
    serve(Route.HYBRID, 1);
    assertThat(times.expected(Route.HYBRID, 64, 1)).isEqualTo(3_000);
    assertThat(times.expected(Route.EXACT, 64, 1)).isZero();
  }

  @Test
  void anAnswerIsExpectedToEndWithTheLatestOnesOrAtItsOwnLimit() {
    serve(Route.HYBRID, ServiceTimes.LATEST);
    assertThat(times.expected(Route.HYBRID, 5, 1)).isEqualTo(1_500);
    assertThat(times.expected(Route.HYBRID, 1_000, 1)).isEqualTo(3_000);
  }

  @Test
  void answersThatDecodeTogetherShareTheirSteps() {
    serve(Route.HYBRID, ServiceTimes.LATEST);
    assertThat(times.expected(Route.HYBRID, 64, 4)).isEqualTo(1_500);
  }

  @Test
  void aStepIsCountedOnceHoweverManyAnswersItContinues() {
    for (int i = 0; i < ServiceTimes.LATEST; i++) {
      times.prefilled(Route.HYBRID, 4, 4_000);
      times.decoded(Route.HYBRID, 4, 8, 200);
      times.answered(Route.HYBRID, 20);
    }
    assertThat(times.expected(Route.HYBRID, 64, 1)).isEqualTo(3_000);
    assertThat(times.expected(Route.HYBRID, 64, 4)).isEqualTo(1_500);
  }

  @Test
  void callsThatWereHeldUpChangeNothing() {
    times.prefilled(Route.HYBRID, 1, 60_000_000_000L);
    serve(Route.HYBRID, ServiceTimes.LATEST);
    times.prefilled(Route.HYBRID, 1, 60_000_000_000L);
    times.decoded(Route.HYBRID, 1, 1, 60_000_000_000L);
    assertThat(times.expected(Route.HYBRID, 64, 1)).isEqualTo(3_000);
  }

  @Test
  void aLastingChangeIsFollowed() {
    serve(Route.HYBRID, ServiceTimes.LATEST);
    for (int i = 0; i < ServiceTimes.LATEST; i++) {
      times.prefilled(Route.HYBRID, 1, 5_000);
    }
    assertThat(times.expected(Route.HYBRID, 64, 1)).isEqualTo(7_000);
  }
}
