package io.l2s.cli;

import com.google.gson.JsonObject;
import io.l2s.FeatureCacheStatistics;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.Route;
import io.l2s.ServingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/**
 * Clients that each send one request after the other to a served model; prompts are random, half to
 * full length.
 *
 * @param prompts number of different prompts, each sent once before it is timed; 0: all prompts
 *     differ, so that the feature cache does not help
 * @param search of every request
 */
record LoadBenchmark(
    BenchmarkModel model,
    ServingOptions options,
    int promptLength,
    int outputLength,
    int requests,
    int prompts,
    GenerationOptions search) {

  /** Separates the prompts of one seed from those of the next. */
  private static final long SEED_STRIDE = 1_000_003L;

  static final String HEADER =
      String.format(
          "%-9s %7s %8s %10s %8s %14s %14s %16s %16s %6s",
          "route",
          "clients",
          "requests",
          "requests/s",
          "tok/s",
          "latency p50 ms",
          "latency p99 ms",
          "1st token p50 ms",
          "1st token p99 ms",
          "cached");

  /** The measurement of one route and number of clients. */
  record Row(
      String route,
      int clients,
      int requests,
      double requestsPerSecond,
      double tokensPerSecond,
      double latency50,
      double latency99,
      double firstToken50,
      double firstToken99,
      double cached) {

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%-9s %7d %8d %10.2f %8.0f %14.1f %14.1f %16.1f %16.1f %4.0f %%",
          route,
          clients,
          requests,
          requestsPerSecond,
          tokensPerSecond,
          latency50,
          latency99,
          firstToken50,
          firstToken99,
          100 * cached);
    }

    JsonObject json() {
      JsonObject row = new JsonObject();
      row.addProperty("route", route);
      row.addProperty("clients", clients);
      row.addProperty("requests", requests);
      row.addProperty("requests_per_second", requestsPerSecond);
      row.addProperty("tokens_per_second", tokensPerSecond);
      row.addProperty("latency_p50_ms", latency50);
      row.addProperty("latency_p99_ms", latency99);
      row.addProperty("first_token_p50_ms", firstToken50);
      row.addProperty("first_token_p99_ms", firstToken99);
      row.addProperty("cached", cached);
      return row;
    }
  }

  Row measure(Route route, int clients) {
    try (HybridLanguageModel served = model.serve(options)) {
      send(served, route, clients, Math.max(2 * clients, prompts), 1);
      FeatureCacheStatistics before = served.featureCacheStatistics();
      long from = System.nanoTime();
      List<GenerationResult> results = send(served, route, clients, requests, 2);
      double seconds = (System.nanoTime() - from) / 1e9;
      FeatureCacheStatistics after = served.featureCacheStatistics();
      int tokens = results.stream().mapToInt(result -> result.ids().size()).sum();
      double[] latency = milliseconds(results, each -> each.timings().total().toNanos());
      double[] first = milliseconds(results, each -> each.timings().firstToken().toNanos());
      return new Row(
          EnumNames.of(route),
          clients,
          results.size(),
          results.size() / seconds,
          tokens / seconds,
          Spread.percentile(latency, 0.5),
          Spread.percentile(latency, 0.99),
          Spread.percentile(first, 0.5),
          Spread.percentile(first, 0.99),
          (double) (after.hits() - before.hits()) / results.size());
    }
  }

  private List<GenerationResult> send(
      HybridLanguageModel served, Route route, int clients, int all, int seed) {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      AtomicInteger next = new AtomicInteger();
      List<Callable<List<GenerationResult>>> work = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        work.add(
            () -> {
              List<GenerationResult> own = new ArrayList<>();
              for (int i = next.getAndIncrement(); i < all; i = next.getAndIncrement()) {
                own.add(served.generate(request(route, new Random(promptSeed(seed, i)))));
              }
              return own;
            });
      }
      List<GenerationResult> results = new ArrayList<>();
      for (Future<List<GenerationResult>> each : threads.invokeAll(work)) {
        results.addAll(each.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof L2sException failure) {
        throw new RequestFailure("a request failed", failure);
      }
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new CommandFailure("a request failed: " + cause.getMessage(), e);
    } finally {
      threads.shutdownNow();
    }
  }

  private long promptSeed(int seed, int i) {
    return prompts == 0 ? seed * SEED_STRIDE + i : i % prompts;
  }

  private GenerationRequest request(Route route, Random random) {
    int vocabulary = model.promptIds(route);
    int length = promptLength - random.nextInt(Math.max(1, promptLength / 2));
    int[] ids = random.ints(length, Math.min(3, vocabulary - 1), vocabulary).toArray();
    return GenerationRequest.of(NumberCodec.text(ids))
        .withRoute(route)
        .withMaxNewTokens(outputLength)
        .withOptions(search);
  }

  private static double[] milliseconds(
      List<GenerationResult> results, ToDoubleFunction<GenerationResult> nanos) {
    return results.stream().mapToDouble(nanos).map(each -> each / 1e6).toArray();
  }
}
