package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.FeatureCacheStatistics;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.Route;
import io.l2s.ServingStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The counts of a model whose weights are exchanged. */
class SwappableModelTests {

  @Test
  void countsGoOnWhileLoadAndSizeAreThoseOfThePresentWeights() {
    Counting first = new Counting(new ServingStatistics(1, 2, 10, 20));
    Counting second = new Counting(new ServingStatistics(3, 4, 100, 200));
    Counting third = new Counting(ServingStatistics.NONE);
    SwappableModel model =
        new SwappableModel(loaded(first), () -> {}, refusal -> {}, failure -> {});
    assertThat(model.servingStatistics()).isEqualTo(new ServingStatistics(1, 2, 10, 20));
    assertThat(model.swap(loaded(second))).isTrue();
    assertThat(model.servingStatistics()).isEqualTo(new ServingStatistics(3, 4, 110, 220));
    assertThat(model.swap(loaded(third))).isTrue();
    assertThat(model.servingStatistics()).isEqualTo(new ServingStatistics(0, 0, 110, 220));
    model.close();
    assertThat(model.swap(loaded(first))).as("of a closed model").isFalse();
  }

  @Test
  void aRequestThatEndsOnTheFormerWeightsIsCounted() {
    Running first = new Running();
    SwappableModel model =
        new SwappableModel(loaded(first), () -> {}, refusal -> {}, failure -> {});
    model.submit(GenerationRequest.of("a"), new Ignoring());
    first.decodeCalls = 5;
    model.swap(loaded(new Counting(new ServingStatistics(0, 0, 1, 1))));
    first.decodeCalls = 7;

    assertThat(model.servingStatistics().decodeCalls()).as("while it runs").isEqualTo(8);
    first.decodeCalls = 9;
    first.listener.onError(new ModelClosedException());
    assertThat(model.servingStatistics().decodeCalls()).as("when it has ended").isEqualTo(10);
    model.close();
    assertThat(model.servingStatistics().decodeCalls()).as("when all is freed").isEqualTo(10);
  }

  private static LoadedModel loaded(HybridLanguageModel model) {
    return new LoadedModel(model, Optional.empty(), Map.of(), "", () -> {}, () -> {});
  }

  /** Serves nothing, and has counted before. */
  private record Counting(ServingStatistics servingStatistics) implements HybridLanguageModel {

    @Override
    public Set<Route> routes() {
      return Set.of(Route.LLM_ONLY);
    }

    @Override
    public FeatureCacheStatistics featureCacheStatistics() {
      return FeatureCacheStatistics.NONE;
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
      throw new UnsupportedOperationException("no test submits a request");
    }

    @Override
    public void close() {}
  }

  /** Has one request, which ends when the test says so. */
  private static final class Running implements HybridLanguageModel {

    long decodeCalls;
    GenerationListener listener;

    @Override
    public Set<Route> routes() {
      return Set.of(Route.LLM_ONLY);
    }

    @Override
    public ServingStatistics servingStatistics() {
      return new ServingStatistics(0, 0, decodeCalls, decodeCalls);
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
      this.listener = listener;
      return () -> {};
    }

    @Override
    public void close() {}
  }

  private static final class Ignoring implements GenerationListener {

    @Override
    public void onComplete(GenerationResult result) {}

    @Override
    public void onError(L2sException failure) {}
  }
}
