package io.l2s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.GenerationFailedException;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.QueueFullException;
import io.l2s.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/**
 * Many requests, one in a hundred of them faulty. The number is small in the build; {@code
 * -Dl2s.soak.requests=100000} makes it a soak, as docs/reliability.md tells.
 */
class SoakTest {

  private static final int REQUESTS = Integer.getInteger("l2s.soak.requests", 2_000);
  private static final int WINDOW = 32;

  private final Random random = new Random(1);
  private Faults faults;
  private int armed;
  private int failed;

  @Test
  void memoryAndHandlesComeBack() throws Exception {
    try (ServedModel parts = new ServedModel()) {
      int handles = parts.handles();
      long warm = Long.MAX_VALUE;
      faults = new Faults(parts.runtime);
      try (HybridLanguageModel model = parts.serve(256, 16, faults)) {
        Deque<CompletableFuture<GenerationResult>> running = new ArrayDeque<>();
        for (int i = 0; i < REQUESTS; i++) {
          submit(model, running, i);
          if (running.size() >= WINDOW) {
            settle(running.remove());
          }
          // The least of the second fifth, as the compiler's memory comes and goes.
          if (i >= REQUESTS / 5 && i <= REQUESTS * 2 / 5 && i % (REQUESTS / 40) == 0) {
            warm = Math.min(warm, residentMegabytes());
          }
          if (i > 0 && i % 10_000 == 0) {
            System.out.printf("%,d requests, %,d MB%n", i, residentMegabytes());
          }
        }
        running.forEach(this::settle);
        long end = residentMegabytes();
        System.out.printf(
            "%,d requests: %,d MB in the second fifth, %,d MB at the end%n", REQUESTS, warm, end);
        System.out.printf(
            "%,d faults of the engine struck, %,d requests failed by them%n",
            armed - faults.waiting(), failed);
        assertThat(faults.waiting()).isLessThanOrEqualTo(1);
        assertThat(failed).isBetween(1, armed);
        assertThat(end - warm).isLessThanOrEqualTo(REQUESTS > 10_000 ? 30 : 120);
      }
      assertThat(parts.handles()).isEqualTo(handles);
    }
  }

  private void submit(
      HybridLanguageModel model, Deque<CompletableFuture<GenerationResult>> running, int i) {
    GenerationRequest request =
        GenerationRequest.of(ServedModel.PROMPTS.get(i % ServedModel.PROMPTS.size()))
            .withRoute(i % 5 == 0 ? Route.LLM_ONLY : i % 17 == 0 ? Route.EXACT : Route.HYBRID);
    if (i % 11 == 0 && i % 17 != 0) {
      request = request.withOptions(GenerationOptions.builder().numBeams(3).build());
    }
    switch (random.nextInt(700)) {
      case 0 -> running.add(model.generateAsync(request.withTimeout(Duration.ofNanos(1))));
      case 1 -> {
        try {
          running.add(model.generateAsync(request.withTimeout(Duration.ofMillis(5))));
        } catch (QueueFullException tooLate) {
          // Its deadline would have passed in the queue.
        }
      }
      case 2 -> {
        CompletableFuture<GenerationResult> cancelled = model.generateAsync(request);
        cancelled.cancel(true);
        running.add(cancelled);
      }
      case 3 -> {
        try {
          model.generateAsync(GenerationRequest.of("x".repeat(200_000)));
          throw new AssertionError("a prompt of 200,000 characters must be refused");
        } catch (InvalidRequestException refused) {
          // As it must be.
        }
      }
      case 4 -> {
        arm(Faults.Call.ENCODE);
        // A prompt that the feature cache does not know.
        running.add(model.generateAsync(GenerationRequest.of("Number " + i)));
      }
      case 5 -> {
        arm(Faults.Call.PREFILL);
        running.add(model.generateAsync(request));
      }
      case 6 -> {
        arm(Faults.Call.DECODE);
        running.add(model.generateAsync(request));
      }
      default -> running.add(model.generateAsync(request));
    }
  }

  private void arm(Faults.Call call) {
    Faults.Kind[] kinds = Faults.Kind.values();
    faults.arm(call, kinds[armed++ % kinds.length]);
  }

  private void settle(CompletableFuture<GenerationResult> one) {
    try {
      one.join();
    } catch (java.util.concurrent.CancellationException e) {
      assertThat(one).isCancelled();
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(GenerationFailedException.class);
      failed++;
    }
  }

  private static long residentMegabytes() throws IOException {
    return ServedModel.residentBytes() / 1_000_000;
  }
}
