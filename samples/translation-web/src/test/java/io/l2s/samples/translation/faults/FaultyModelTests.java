package io.l2s.samples.translation.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import io.l2s.test.FakeAnswer;
import io.l2s.test.FakeHybridLanguageModel;
import io.l2s.test.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A fault strikes when an answer would have ended. */
class FaultyModelTests {

  private final ManualScheduler scheduler = new ManualScheduler();
  private final FakeHybridLanguageModel healthy =
      FakeHybridLanguageModel.builder().scheduler(scheduler).build();
  private final List<Object> events = new ArrayList<>();

  private GenerationHandle submit(Faults faults) {
    healthy.answer(FakeAnswer.of("Guten ", "Tag").timePerToken(Duration.ofMillis(10)));
    return new FaultyModel(healthy, () -> faults)
        .submit(
            GenerationRequest.of("Good day"),
            new GenerationListener() {
              @Override
              public void onChunk(TextChunk chunk) {
                events.add(chunk);
              }

              @Override
              public void onComplete(GenerationResult result) {
                events.add(result.finishReason());
              }

              @Override
              public void onError(L2sException failure) {
                events.add(((GenerationFailedException) failure).component());
              }
            });
  }

  @Test
  void aFaultTakesAsLongAsAnAnswerAndShowsNoText() {
    submit(new Faults(100, 0, 0));
    scheduler.advance(Duration.ofMillis(5));
    assertThat(events).isEmpty();

    scheduler.advance(Duration.ofSeconds(1));
    assertThat(events).containsExactly(Component.SLM);
  }

  @Test
  void anEncoderThatFailsIsNamed() {
    submit(new Faults(0, 100, 0));
    scheduler.advance(Duration.ofSeconds(1));
    assertThat(events).containsExactly(Component.ENCODER);
  }

  @Test
  void aCancelledAnswerStaysCancelled() {
    GenerationHandle running = submit(new Faults(100, 0, 0));
    running.cancel();
    scheduler.advance(Duration.ofSeconds(1));
    assertThat(events).containsExactly(FinishReason.CANCELLED);
  }
}
