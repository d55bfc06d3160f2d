package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.FinishReason;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.GenerationStream;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.OnEngine;
import io.l2s.QueueFullException;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.TextChunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads on the real native thread. */
@Timeout(60)
class ServedConcurrencyTest extends OnEngine {

  private final EchoEncoder encoder = new EchoEncoder();
  private final EchoDecoder slm = new EchoDecoder(0);
  private final EchoDecoder llmDecoder = new EchoDecoder(1);

  private ServedLanguageModel model(int queueCapacity) {
    encoder.decoder = Optional.of(llmDecoder);
    return new ServedLanguageModel(
        Rig.components(encoder, slm),
        Rig.bounds()
            .queueCapacity(queueCapacity)
            .featureCacheBytes(1 << 10)
            .nativeCallLimit(Duration.ZERO)
            .build(),
        runtime,
        ResponsivenessListener.NONE);
  }

  /** Counts the terminal events of one generation and lets the test wait for the first. */
  private static final class Ending implements GenerationListener {
    private final String prompt;
    private final AtomicInteger events = new AtomicInteger();
    private final CompletableFuture<GenerationResult> result = new CompletableFuture<>();

    Ending(String prompt) {
      this.prompt = prompt;
    }

    @Override
    public void onComplete(GenerationResult answer) {
      events.incrementAndGet();
      result.complete(answer);
    }

    @Override
    public void onError(L2sException failure) {
      events.incrementAndGet();
      result.completeExceptionally(failure);
    }
  }

  private static void inThreads(int count, Runnable work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    CountDownLatch together = new CountDownLatch(count);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        running.add(
            threads.submit(
                () -> {
                  together.countDown();
                  together.await();
                  work.run();
                  return null;
                }));
      }
      for (Future<?> each : running) {
        each.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void everyRequestOfManyThreadsIsRefusedOrEndsOnceWithItsOwnAnswer() throws Exception {
    ConcurrentLinkedQueue<Ending> accepted = new ConcurrentLinkedQueue<>();
    AtomicInteger refused = new AtomicInteger();
    AtomicInteger number = new AtomicInteger();
    try (ServedLanguageModel model = model(16)) {
      inThreads(
          64,
          () -> {
            for (int i = 0; i < 20; i++) {
              int mine = number.incrementAndGet();
              Ending ending = new Ending("request " + mine);
              try {
                GenerationHandle handle = model.submit(GenerationRequest.of(ending.prompt), ending);
                accepted.add(ending);
                if (mine % 5 == 0) {
                  handle.cancel();
                }
              } catch (QueueFullException e) {
                refused.incrementAndGet();
              }
            }
          });
      for (Ending each : accepted) {
        GenerationResult result = each.result.get(30, TimeUnit.SECONDS);
        assertThat(each.prompt).startsWith(result.text());
        if (result.finishReason() != FinishReason.CANCELLED) {
          assertThat(result.text()).isEqualTo(each.prompt);
        }
      }
    }
    assertThat(accepted.size() + refused.get()).isEqualTo(64 * 20);
    assertThat(accepted).hasSizeGreaterThan(16);
    assertThat(accepted).allSatisfy(each -> assertThat(each.events).hasValue(1));
    assertThat(slm.openStates).isZero();
  }

  @Test
  void closingFromManyThreadsWhileBusyEndsEveryRequestOnce() throws Exception {
    for (int round = 0; round < 25; round++) {
      ServedLanguageModel model = model(256);
      ConcurrentLinkedQueue<Ending> accepted = new ConcurrentLinkedQueue<>();
      AtomicInteger turn = new AtomicInteger();
      inThreads(
          16,
          () -> {
            if (turn.getAndIncrement() % 2 == 0) {
              model.close();
              return;
            }
            try {
              for (int i = 0; i < 20; i++) {
                Ending ending = new Ending("busy");
                model.submit(GenerationRequest.of(ending.prompt), ending);
                accepted.add(ending);
              }
            } catch (ModelClosedException e) {
              assertThat(e).hasMessage("the model is closed");
            }
          });
      for (Ending each : accepted) {
        each.result.handle((result, failure) -> result).get(30, TimeUnit.SECONDS);
        assertThat(each.events).hasValue(1);
      }
      assertThat(slm.openStates).isZero();
    }
  }

  @Test
  void aListenerMayCloseTheModel() throws Exception {
    ServedLanguageModel model = model(8);
    CompletableFuture<L2sException> end = new CompletableFuture<>();
    model.submit(
        GenerationRequest.of("a longer prompt"),
        new GenerationListener() {
          @Override
          public void onChunk(TextChunk chunk) {
            model.close();
          }

          @Override
          public void onComplete(GenerationResult result) {
            end.complete(null);
          }

          @Override
          public void onError(L2sException failure) {
            end.complete(failure);
          }
        });
    end.get(30, TimeUnit.SECONDS);
    model.close();
    assertThat(slm.openStates).isZero();
  }

  @Test
  void closingOnTheNativeThreadDoesNotWaitForItself() {
    ServedLanguageModel model = model(8);
    CompletableFuture<GenerationResult> running = model.generateAsync(GenerationRequest.of("abc"));
    runtime.call(
        () -> {
          model.close();
          return null;
        });
    assertThat(running.handle((result, failure) -> true).join()).isTrue();
  }

  @Test
  void aListenerThatBlocksHoldsUpNobodyElse() throws Exception {
    Semaphore release = new Semaphore(0);
    RecordingListener blocked = new RecordingListener();
    CountDownLatch ended = new CountDownLatch(1);
    try (ServedLanguageModel model = model(8)) {
      model.submit(
          GenerationRequest.of("blocked"),
          new GenerationListener() {
            @Override
            public void onChunk(TextChunk chunk) {
              release.acquireUninterruptibly();
              blocked.onChunk(chunk);
              release.release();
            }

            @Override
            public void onComplete(GenerationResult result) {
              blocked.onComplete(result);
              ended.countDown();
            }

            @Override
            public void onError(L2sException failure) {
              blocked.onError(failure);
              ended.countDown();
            }
          });
      assertThat(model.generate("free").text()).isEqualTo("free");
      assertThat(blocked.terminalEvents()).isZero();
      release.release();
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(blocked.result().text()).isEqualTo("blocked");
    }
  }

  @Test
  void futuresStreamsAndListsWorkTogether() throws Exception {
    try (ServedLanguageModel model = model(4)) {
      List<GenerationRequest> many = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        many.add(GenerationRequest.of("number " + i));
      }
      CompletableFuture<GenerationResult> future =
          model.generateAsync(GenerationRequest.of("abc").withRoute(Route.LLM_ONLY));
      assertThat(model.generateAll(many))
          .extracting(GenerationResult::text)
          .containsExactlyElementsOf(many.stream().map(GenerationRequest::prompt).toList());
      assertThat(future.get(30, TimeUnit.SECONDS).text()).isEqualTo("bcd");
      try (GenerationStream stream = model.stream(GenerationRequest.of("a stream"))) {
        StringBuilder text = new StringBuilder();
        stream.forEach(chunk -> text.append(chunk.text()));
        assertThat(text).hasToString("a stream");
      }
    }
  }
}
