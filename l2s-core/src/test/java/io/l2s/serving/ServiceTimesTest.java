package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.Route;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ServiceTimesTest {

  private final ServiceTimes times = new ServiceTimes();

  private void serve(Route route, int promptTokens, int answerTokens, long nanosPerToken) {
    times.prefilled(route, promptTokens, promptTokens * nanosPerToken);
    times.decoded(route, answerTokens, answerTokens * nanosPerToken);
    times.answered(route, answerTokens);
  }

  @Test
  void nothingIsExpectedBeforeTheFirstRequestOfARouteWasServed() {
    serve(Route.LLM_ONLY, 10, 20, 100);
    assertThat(times.expected(Route.HYBRID, 10, 20)).isZero();
  }

  @Test
  void aLongPromptAndALongAnswerAreExpectedToTakeLonger() {
    serve(Route.HYBRID, 10, 20, 100);
    assertThat(times.expected(Route.HYBRID, 10, 64)).isEqualTo(3_000);
    assertThat(times.expected(Route.HYBRID, 40, 64)).isEqualTo(6_000);
  }

  @Test
  void anAnswerIsExpectedToEndWithTheLatestOnesOrWithItsOwnLimit() {
    serve(Route.HYBRID, 10, 20, 100);
    assertThat(times.expected(Route.HYBRID, 10, 5)).isEqualTo(1_500);
    assertThat(times.expected(Route.HYBRID, 10, 1_000)).isEqualTo(3_000);
  }

  @Test
  void aPromptThatIsReadInTwoTurnsCountsItsTokensOnce() {
    times.prefilled(Route.HYBRID, 10, 1_000);
    times.prefilled(Route.HYBRID, 0, 500);
    assertThat(times.expected(Route.HYBRID, 10, 64)).isCloseTo(1_555, Offset.offset(1L));
  }

  @Test
  void laterRequestsOutweighEarlierOnes() {
    serve(Route.HYBRID, 10, 20, 100_000);
    for (int i = 0; i < 100; i++) {
      serve(Route.HYBRID, 10, 20, 100);
    }
    assertThat(times.expected(Route.HYBRID, 10, 20)).isBetween(3_000L, 3_100L);
  }
}
