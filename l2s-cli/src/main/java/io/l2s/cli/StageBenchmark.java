package io.l2s.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.l2s.Route;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.DecoderState;
import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Times the stages of decoding one batch of random prompts of one length. */
record StageBenchmark(
    NativeRuntime runtime, BenchmarkModel model, int promptLength, int outputLength, int runs) {

  private static final int STEPS_PER_CALL = 8;

  static final String HEADER =
      String.format(
          "%-9s %5s %20s %20s %20s %20s %22s %8s",
          "route",
          "batch",
          "encode ms",
          "prefill ms",
          "first token ms",
          "per step ms",
          "total ms",
          "tok/s");

  /** Milliseconds of one run; the quarters are the first and the last of the steps. */
  private record Run(
      double encode, double prefill, double first, double decode, double early, double late) {

    double total() {
      return encode + prefill + decode;
    }
  }

  /** The measurement of one route and batch size. */
  record Row(String route, int batch, List<Spread> columns, double tokensPerSecond) {

    /** Milliseconds of one decode step of the whole batch. */
    Spread perStep() {
      return columns.get(3);
    }

    @Override
    public String toString() {
      List<Object> values = new ArrayList<>(List.of(route, batch));
      columns.subList(0, 5).forEach(values::add);
      values.add(tokensPerSecond);
      return String.format(
          Locale.ROOT, "%-9s %5d %20s %20s %20s %20s %22s %8.0f", values.toArray());
    }

    JsonObject json() {
      JsonObject row = new JsonObject();
      row.addProperty("route", route);
      row.addProperty("batch", batch);
      List<String> names =
          List.of(
              "encode_ms",
              "prefill_ms",
              "first_token_ms",
              "per_step_ms",
              "total_ms",
              "per_step_first_quarter_ms",
              "per_step_last_quarter_ms");
      for (int i = 0; i < names.size(); i++) {
        row.add(names.get(i), columns.get(i).json());
      }
      row.addProperty("tokens_per_second", tokensPerSecond);
      return row;
    }
  }

  Row measure(Route route, int batch) {
    List<Run> measured = new ArrayList<>();
    for (int run = 0; run <= runs; run++) {
      TokenBatch prompts = randomPrompts(batch, model.promptIds(route), run);
      Run timed = runtime.call(() -> once(route, prompts));
      // The first one warms up.
      if (run > 0) {
        measured.add(timed);
      }
    }
    double quarter = Math.max(1, outputLength / 4);
    List<Spread> columns =
        List.of(
            spread(measured, Run::encode),
            spread(measured, Run::prefill),
            spread(measured, Run::first),
            spread(measured, run -> run.decode() / outputLength),
            spread(measured, Run::total),
            spread(measured, run -> run.early() / quarter),
            spread(measured, run -> run.late() / quarter));
    double tokens = batch * outputLength / columns.get(4).median() * 1000;
    return new Row(EnumNames.of(route), batch, columns, tokens);
  }

  private Run once(Route route, TokenBatch prompts) {
    try (NDManager scope = runtime.newScope()) {
      long start = System.nanoTime();
      NDArray h = model.encoder().encode(scope, prompts);
      long encoded = System.nanoTime();
      try (DecoderState state = model.prefill(scope, route, h, prompts)) {
        long prefilled = System.nanoTime();
        state.decodeMany(1);
        long first = System.nanoTime();
        int quarter = Math.max(1, outputLength / 4);
        double early = decode(state, Math.min(quarter, outputLength - 1));
        decode(state, Math.max(0, outputLength - 1 - 2 * quarter));
        double late = decode(state, Math.max(0, Math.min(quarter, outputLength - 1 - quarter)));
        long end = System.nanoTime();
        return new Run(
            (encoded - start) / 1e6,
            (prefilled - encoded) / 1e6,
            (first - start) / 1e6,
            (end - prefilled) / 1e6,
            early,
            late);
      }
    }
  }

  private static double decode(DecoderState state, int steps) {
    long from = System.nanoTime();
    int made = 0;
    while (made < steps) {
      made += state.decodeMany(Math.min(STEPS_PER_CALL, steps - made))[0].length;
    }
    return (System.nanoTime() - from) / 1e6;
  }

  private TokenBatch randomPrompts(int size, int vocabulary, int seed) {
    Random random = new Random(seed);
    int special = Math.min(3, vocabulary - 1);
    List<int[]> rows = new ArrayList<>();
    for (int row = 0; row < size; row++) {
      rows.add(random.ints(promptLength, special, vocabulary).toArray());
    }
    return new TokenBatch(rows);
  }

  private static Spread spread(List<Run> runs, ToDoubleFunction<Run> what) {
    return Spread.of(runs.stream().mapToDouble(what).toArray());
  }
}
