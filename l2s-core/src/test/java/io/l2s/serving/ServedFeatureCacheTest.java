package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.FeatureCacheStatistics;
import io.l2s.GenerationRequest;
import io.l2s.OnEngine;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** The features that a model keeps, and for whom. */
class ServedFeatureCacheTest extends OnEngine {

  private static final int FLOAT = 4;

  @Test
  void countsWhatItFindsReadsAndDrops() {
    Rig rig = new Rig(runtime, Rig.bounds().featureCacheBytes(10 * FLOAT).build());
    for (String prompt : List.of("aaaaa", "bbbbb", "aaaaa", "ccccc")) {
      rig.submit(prompt);
      rig.turnUntilIdle();
    }
    assertThat(rig.model.featureCacheStatistics())
        .isEqualTo(new FeatureCacheStatistics(1, 3, 1, 2, 10 * FLOAT));
    rig.model.close();
    assertThat(rig.model.featureCacheStatistics().bytes()).isZero();
  }

  @Test
  void aFallbackFindsTheFeaturesThoughTheCacheHasNoRoom() {
    Rig rig = new Rig(runtime, Rig.bounds().featureCacheBytes(0).maxBatchSize(1).build());
    rig.slm.poison = "fails";
    CircuitBreakingLanguageModel model =
        new CircuitBreakingLanguageModel(rig.model, CircuitBreaker.ofDefaults("slm"));
    Queue<Runnable> toTell = new ArrayDeque<>();
    rig.listenerThreads = toTell::add;
    RecordingListener failing = new RecordingListener();
    model.submit(GenerationRequest.of("fails"), failing);
    RecordingListener other = new RecordingListener();
    model.submit(GenerationRequest.of("other"), other);
    // All is over on the native thread before the listener learns of it and falls back.
    rig.turnUntilIdle();
    rig.listenerThreads = Runnable::run;
    toTell.forEach(Runnable::run);
    rig.turnUntilIdle();
    assertThat(failing.result().route()).isEqualTo(Route.LLM_ONLY);
    assertThat(failing.result().text()).isEqualTo("gbjmt");
    assertThat(other.result().text()).isEqualTo("other");
    assertThat(rig.encoder.passes).containsExactly(List.of("fails"), List.of("other"));
    assertThat(model.featureCacheStatistics()).isEqualTo(new FeatureCacheStatistics(1, 2, 2, 0, 0));
  }

  @Test
  void whatIsPinnedStaysBeyondTheCapacityUntilItsLastPinGoes() {
    PromptKey pinned = key(1, 2, 3);
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              FeatureCache cache = new FeatureCache(2 * FLOAT, runtime::newScope)) {
            cache.pin(pinned);
            cache.pin(pinned);
            cache.put(pinned, scope.ones(new Shape(3, 1)));
            cache.put(key(4, 5, 6), scope.ones(new Shape(3, 1)));
            cache.put(key(7), scope.ones(new Shape(1, 1)));
            assertThat(cache.get(key(4, 5, 6))).isEmpty();
            assertThat(cache.unpin(pinned)).isTrue();
            cache.trim();
            assertThat(cache.get(pinned)).isPresent();
            assertThat(cache.unpin(pinned)).isTrue();
            cache.trim();
            assertThat(cache.get(pinned)).isEmpty();
            assertThat(cache.unpin(pinned)).isFalse();
            assertThat(cache.statistics().bytes()).isZero();
          }
          return null;
        });
  }

  @Test
  void aChangeOfTheCallersArrayDoesNotChangeTheKey() {
    int[] ids = {1, 2, 3};
    PromptKey key = new PromptKey(ids);
    ids[0] = 9;
    assertThat(key).isEqualTo(key(1, 2, 3)).hasSameHashCodeAs(key(1, 2, 3));
    assertThat(key).isNotEqualTo(new PromptKey(ids));
  }

  private static PromptKey key(int... ids) {
    return new PromptKey(ids);
  }
}
