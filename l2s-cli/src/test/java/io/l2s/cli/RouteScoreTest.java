package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.l2s.FinishReason;
import io.l2s.GenerationResult;
import io.l2s.Route;
import io.l2s.Timings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RouteScoreTest {

  @Test
  void sharesAreOfTheTimeAfterTheQueue() {
    RouteScore.Shares shares =
        RouteScore.Shares.of(List.of(result(100, 10, 5, 20, 150), result(0, 10, 5, 20, 50)));

    assertThat(shares.encode()).isCloseTo(0.2, within(1e-12));
    assertThat(shares.prefill()).isCloseTo(0.1, within(1e-12));
    assertThat(shares.decode()).isCloseTo(0.4, within(1e-12));
    assertThat(shares.rest()).isCloseTo(0.3, within(1e-12));
  }

  @Test
  void aLatencyIsTheSmallestThatTheShareStaysAtOrBelow() {
    RouteScore score = ofLatencies(DoubleStream.iterate(1, i -> i <= 20, i -> i + 1));

    assertThat(score.latency(0.5)).isEqualTo(10);
    assertThat(score.latency(0.95)).isEqualTo(19);
    assertThat(score.latency(1)).isEqualTo(20);
  }

  @Test
  void allLatenciesOfASingleSentenceAreItsOwn() {
    RouteScore score = ofLatencies(DoubleStream.of(7));

    assertThat(score.latency(0.5)).isEqualTo(7);
    assertThat(score.latency(0.95)).isEqualTo(7);
  }

  private static RouteScore ofLatencies(DoubleStream latencies) {
    return new RouteScore(
        Route.HYBRID,
        1,
        List.of(),
        latencies.boxed().toList(),
        1,
        Duration.ofSeconds(1),
        new RouteScore.Shares(0, 0, 1, 0));
  }

  private static GenerationResult result(
      int queued, int encode, int prefill, int decode, int total) {
    Timings timings =
        new Timings(
            Duration.ofMillis(queued),
            Duration.ofMillis(encode),
            Duration.ZERO,
            Duration.ofMillis(prefill),
            Duration.ofMillis(decode),
            Duration.ofMillis(total),
            Duration.ofMillis(total));
    return new GenerationResult(
        "", List.of(1), List.of(1), Route.HYBRID, Optional.empty(), FinishReason.EOS, timings);
  }
}
