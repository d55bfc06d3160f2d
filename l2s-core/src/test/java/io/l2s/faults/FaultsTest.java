package io.l2s.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.l2s.EngineException;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.GenerationStream;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.QueueFullException;
import io.l2s.Route;
import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong around a served model on the real engine, and what must come of it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FaultsTest {

  private static final int CLOSES = Integer.getInteger("l2s.soak.closes", 20);

  private static final int FAILURES = Integer.getInteger("l2s.soak.failures", 40);

  private static ServedModel parts;

  private int handles;

  @BeforeAll
  static void load() {
    parts = new ServedModel();
  }

  @AfterAll
  static void close() {
    parts.close();
  }

  @BeforeEach
  void countHandles() {
    handles = parts.handles();
  }

  @AfterEach
  void handlesAreBackToTheStart() {
    assertThat(parts.handles()).isEqualTo(handles);
  }

  private static GenerationRequest request(int i) {
    return GenerationRequest.of(ServedModel.PROMPTS.get(i % ServedModel.PROMPTS.size()));
  }

  @Test
  void underOverloadEachRequestIsEitherAnsweredOrRefused() throws Exception {
    int threads = 256;
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    ExecutorService clients = Executors.newFixedThreadPool(threads);
    CountDownLatch start = new CountDownLatch(1);
    try (HybridLanguageModel model = parts.serve(8, 4)) {
      List<Future<?>> sent = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        sent.add(
            clients.submit(
                () -> {
                  start.await();
                  try {
                    model.generate(request(number));
                    answered.incrementAndGet();
                  } catch (QueueFullException e) {
                    refused.incrementAndGet();
                  }
                  return null;
                }));
      }
      start.countDown();
      for (Future<?> each : sent) {
        each.get();
      }
    } finally {
      clients.shutdownNow();
    }
    assertThat(answered.get() + refused.get()).isEqualTo(threads);
    assertThat(refused).hasPositiveValue();
    assertThat(answered).hasValueGreaterThanOrEqualTo(8);
  }

  @Test
  void aClientThatGoesAwayFreesItsPlaceAndChangesNoNeighbor() {
    try (HybridLanguageModel model = parts.serve(64, 4)) {
      List<GenerationResult> expected = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        expected.add(model.generate(request(i)));
      }
      for (int round = 0; round < 5; round++) {
        List<CompletableFuture<GenerationResult>> neighbors = new ArrayList<>();
        try (GenerationStream gone =
            model.stream(request(9).withMaxNewTokens(400).withRoute(Route.LLM_ONLY))) {
          for (int i = 0; i < 3; i++) {
            neighbors.add(model.generateAsync(request(i)));
          }
          assertThat(gone.iterator().hasNext()).isTrue();
        }
        for (int i = 0; i < 3; i++) {
          assertThat(neighbors.get(i).join().ids()).isEqualTo(expected.get(i).ids());
        }
      }
    }
  }

  @Test
  void closingUnderLoadEndsEveryRequestOneWayOrTheOther() throws Exception {
    for (int round = 0; round < CLOSES; round++) {
      HybridLanguageModel model = parts.serve(1_000, 8);
      ExecutorService clients = Executors.newFixedThreadPool(8);
      CountDownLatch running = new CountDownLatch(8);
      List<Future<Integer>> ends = new ArrayList<>();
      for (int client = 0; client < 8; client++) {
        int first = client;
        ends.add(
            clients.submit(
                () -> {
                  int done = 0;
                  try {
                    for (int i = first; ; i++) {
                      model.generate(request(i));
                      done++;
                      running.countDown();
                    }
                  } catch (ModelClosedException e) {
                    return done;
                  }
                }));
      }
      running.await();
      model.close();
      for (Future<Integer> end : ends) {
        assertThat(end.get()).isNotNegative();
      }
      clients.shutdownNow();
    }
  }

  @Test
  void memoryThatIsNotThereFailsOneCallAndNotTheNext() {
    try (HybridLanguageModel model = parts.serve(64, 4)) {
      GenerationResult before = model.generate(request(0));
      for (int i = 0; i < 100; i++) {
        assertThatThrownBy(
                () ->
                    parts.runtime.call(
                        () -> {
                          try (NDManager scope = parts.runtime.newScope()) {
                            return scope.zeros(new Shape(1L << 44)).getFloat(0);
                          }
                        }))
            .isInstanceOf(EngineException.class);
      }
      assertThat(model.generate(request(0)).ids()).isEqualTo(before.ids());
    }
  }

  @ParameterizedTest
  @EnumSource(Faults.Call.class)
  void memoryThatIsNotThereFailsABatchAndNotTheNextRequest(Faults.Call call) throws Exception {
    int size = 8;
    Faults faults = new Faults(parts.runtime);
    try (HybridLanguageModel model = parts.serve(64, size, faults)) {
      List<Integer> expected = model.generate(request(0)).ids();
      long warm = 0;
      for (int failed = 0; failed < FAILURES; failed += size) {
        // The batch's own call fails, then each of its requests by itself.
        IntStream.rangeClosed(0, 2 * size).forEach(i -> faults.arm(call, Faults.Kind.MEMORY));
        List<CompletableFuture<GenerationResult>> batch = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          // Prompts that the feature cache does not know.
          batch.add(model.generateAsync(GenerationRequest.of("Number " + (failed + i))));
        }
        for (CompletableFuture<GenerationResult> each : batch) {
          assertThatThrownBy(each::join).hasCauseInstanceOf(GenerationFailedException.class);
        }
        faults.disarm();
        assertThat(model.generate(request(0)).ids()).isEqualTo(expected);
        if (failed < FAILURES / 5) {
          warm = ServedModel.residentBytes();
        }
      }
      long end = ServedModel.residentBytes();
      System.out.printf(
          "%s: %,d kB resident after a fifth of %,d failures, %,d kB at the end%n",
          call, warm / 1_000, FAILURES, end / 1_000);
      assertThat(end - warm).isLessThanOrEqualTo(FAILURES < 1_000 ? 50_000_000 : 30_000_000);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT64", "FLOAT16", "INT8", "UINT8", "INT32", "INT64", "BOOLEAN"})
  void featuresOfAnotherTypeGiveAResultOrAnException(DataType type) {
    parts.runtime.call(
        () -> {
          try (NDManager scope = parts.runtime.newScope()) {
            NDArray features = scope.ones(new Shape(1, 3, parts.llm.width())).toType(type, true);
            try {
              parts
                  .llm
                  .decoder()
                  .orElseThrow()
                  .prefill(features, TokenBatch.of(new int[3]))
                  .close();
            } catch (RuntimeException e) {
              assertThat(e).hasMessageNotContaining("null");
            }
          }
          return null;
        });
    try (HybridLanguageModel model = parts.serve(4, 1)) {
      assertThat(model.generate(request(0)).ids()).isNotEmpty();
    }
  }

  @Test
  void cancellingAtAnyTimeEndsARequestOnce() {
    try (HybridLanguageModel model = parts.serve(512, 4)) {
      List<CompletableFuture<GenerationResult>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        CompletableFuture<GenerationResult> one = model.generateAsync(request(i));
        all.add(one);
        if (i % 3 == 0) {
          one.cancel(true);
        } else if (i % 7 == 0) {
          all.get(i / 2).cancel(true);
        }
      }
      for (CompletableFuture<GenerationResult> each : all) {
        try {
          assertThat(each.join().ids()).isNotEmpty();
        } catch (java.util.concurrent.CancellationException | CompletionException e) {
          assertThat(each).isCompletedExceptionally();
        }
      }
      assertThat(model.generate(request(1)).ids()).isNotEmpty();
    } catch (L2sException e) {
      throw new AssertionError("the model must go on serving", e);
    }
  }
}
