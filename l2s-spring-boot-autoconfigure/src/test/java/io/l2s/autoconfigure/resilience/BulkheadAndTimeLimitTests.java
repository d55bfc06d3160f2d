package io.l2s.autoconfigure.resilience;

import static io.l2s.autoconfigure.resilience.GuardedModel.RUNNER;
import static io.l2s.autoconfigure.resilience.GuardedModel.breaker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import io.l2s.FinishReason;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.QueueFullException;
import io.l2s.projector.Projector;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;

/** Bulkhead and time limiter of the application around a model. */
class BulkheadAndTimeLimitTests {

  @Test
  void aBulkheadOfTheApplicationBoundsTheModel() {
    CountDownLatch release = new CountDownLatch(1);
    RUNNER
        .withConfiguration(AutoConfigurations.of(Resilience4j.BULKHEADS))
        .withPropertyValues("resilience4j.bulkhead.instances.l2s.max-concurrent-calls=1")
        .withBean(Projector.class, () -> new WaitingProjector(release))
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              CompletableFuture<GenerationResult> first = model.generateAsync("a");
              assertThatThrownBy(() -> model.generate("a"))
                  .isInstanceOf(QueueFullException.class)
                  .hasMessageContainingAll("bulkhead l2s is full", "1 requests");
              release.countDown();
              first.join();
              assertThat(model.generate("a").text()).isNotNull();
            });
  }

  @Test
  void aBulkheadOfOneLetsInTheNextRequestOfACallerThatHasItsAnswer() {
    RUNNER
        .withConfiguration(AutoConfigurations.of(Resilience4j.BULKHEADS))
        .withPropertyValues(
            "resilience4j.bulkhead.instances.l2s.max-concurrent-calls=1",
            "l2s.generation.max-new-tokens=1")
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              for (int i = 0; i < 200; i++) {
                assertThat(model.generate("a").ids()).hasSize(1);
                assertThat(model.generate("a").ids()).hasSize(1);
              }
            });
  }

  @Test
  void aTimeLimitOfTheApplicationStopsDecodingAndIsReportedToIt() {
    RUNNER
        .withConfiguration(AutoConfigurations.of(Resilience4j.TIME_LIMITERS))
        .withPropertyValues("resilience4j.timelimiter.instances.l2s.timeout-duration=1ms")
        .run(
            context -> {
              AtomicInteger expired = new AtomicInteger();
              context
                  .getBean(TimeLimiterRegistry.class)
                  .find("l2s")
                  .orElseThrow()
                  .getEventPublisher()
                  .onTimeout(event -> expired.incrementAndGet());
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              GenerationResult late =
                  model.generate(GenerationRequest.of("a").withMaxNewTokens(4000));
              assertThat(late.finishReason()).isEqualTo(FinishReason.DEADLINE);
              assertThat(expired).hasValue(1);
              assertThat(breaker(context.getBean(CircuitBreakerRegistry.class)).getMetrics())
                  .returns(0, CircuitBreaker.Metrics::getNumberOfBufferedCalls);
            });
  }

  @Test
  void withoutBulkheadAndTimeLimitNeitherIsThere() {
    RUNNER
        .withConfiguration(
            AutoConfigurations.of(Resilience4j.BULKHEADS, Resilience4j.TIME_LIMITERS))
        .run(
            context ->
                assertThat(context.getBean(HybridLanguageModel.class))
                    .isInstanceOf(CircuitBreakingLanguageModel.class));
  }

  /** Waits in its first call. */
  private record WaitingProjector(CountDownLatch release) implements Projector {

    @Override
    public int inputWidth() {
      return 96;
    }

    @Override
    public int outputWidth() {
      return 64;
    }

    @Override
    public NDArray project(NDManager scope, NDArray features) {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("out of order");
    }
  }
}
