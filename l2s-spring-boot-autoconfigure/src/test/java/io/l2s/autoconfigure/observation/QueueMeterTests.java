package io.l2s.autoconfigure.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.HybridLanguageModel;
import io.l2s.QueueFullException;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class QueueMeterTests {

  @Test
  @Timeout(60)
  void theQueueIsGaugedWhileRequestsWaitAndARefusalIsCounted() {
    WaitingEncoder encoder = new WaitingEncoder(new CountDownLatch(1), new CountDownLatch(1));
    Observed.RUNNER
        .withPropertyValues("l2s.queue.capacity=2")
        .withBean(LlmEncoder.class, () -> encoder)
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              model.generateAsync("first");
              encoder.entered.await();
              model.generateAsync("second");
              model.generateAsync("third");
              assertThatThrownBy(() -> model.generate("fourth"))
                  .isInstanceOf(QueueFullException.class);
              assertThat(meters.get("l2s.queue.waiting").gauge().value()).isEqualTo(2);
              assertThat(meters.get("l2s.queue.capacity").gauge().value()).isEqualTo(2);
              assertThat(
                      meters
                          .get("gen_ai.server.request.duration")
                          .tag("l2s.outcome", "refused")
                          .tag("error.type", QueueFullException.class.getName())
                          .timer()
                          .count())
                  .isOne();
              encoder.returns.countDown();
            });
  }

  /** Fails, but not before it is told to. */
  private record WaitingEncoder(CountDownLatch entered, CountDownLatch returns)
      implements LlmEncoder {

    @Override
    public int width() {
      return 96;
    }

    @Override
    public TokenEmbedder embeddings() {
      throw new UnsupportedOperationException("it fails before");
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch prompts) {
      entered.countDown();
      try {
        returns.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("told to fail");
    }
  }
}
