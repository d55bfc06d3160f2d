package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Route;
import io.l2s.engine.ComputeThreads;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.Decoder;
import io.l2s.model.DecoderState;
import io.l2s.model.Encoder;
import io.l2s.model.TokenBatch;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Times small models with one thread and with all, at load, and takes the faster number. Large
 * models always win by more threads and are not timed. Native thread only.
 */
final class ThreadMeasurement {

  /** Weights read in a step from which on one thread was never faster. */
  private static final long FEW_WEIGHTS = 20_000_000;

  private static final int WARM_UPS = 2;
  private static final int ROUNDS = 5;
  private static final int PROMPT_LENGTH = 16;
  private static final int STEPS = 8;

  private final NativeRuntime runtime;
  private final ComputeThreads threads;

  private ThreadMeasurement(NativeRuntime runtime) {
    this.runtime = runtime;
    this.threads = runtime.threads();
  }

  /** The plan for {@code components} on this machine. */
  static ThreadPlan plan(NativeRuntime runtime, ServedComponents components) {
    return runtime.call(() -> new ThreadMeasurement(runtime).plan(components));
  }

  private ThreadPlan plan(ServedComponents components) {
    // Beside busy processes the figures would say nothing about a quiet machine.
    boolean measures = threads.isAuto() && !threads.crowded();
    Encoder encoder = components.llm().encoder();
    int reading = threads.most();
    Map<Route, Integer> decoding = new EnumMap<>(Route.class);
    if (encoder.decoder().isPresent()) {
      Decoder own = encoder.decoder().get();
      if (measures && isSmall(own)) {
        reading = faster(() -> read(encoder));
        decoding.put(Route.LLM_ONLY, fasterToDecode(scope -> prefill(scope, encoder, own)));
      } else {
        decoding.put(Route.LLM_ONLY, threads.most());
      }
    }
    components
        .slm()
        .ifPresent(slm -> decoding.put(Route.HYBRID, decoding(measures, slm.decoder())));
    components
        .slmAlone()
        .ifPresent(slm -> decoding.put(Route.SLM_ONLY, decoding(measures, slm.decoder())));
    threads.want(threads.most());
    return new ThreadPlan(reading, decoding, threads::want);
  }

  private static boolean isSmall(Decoder decoder) {
    return decoder.stepWeights() > 0 && decoder.stepWeights() < FEW_WEIGHTS;
  }

  private int decoding(boolean measures, Decoder decoder) {
    return measures && isSmall(decoder)
        ? fasterToDecode(scope -> prefill(scope, decoder))
        : threads.most();
  }

  private interface Prefill {
    DecoderState in(NDManager scope);
  }

  private void read(Encoder encoder) {
    try (NDManager scope = runtime.newScope()) {
      encoder.encode(scope, prompt());
    }
  }

  private static DecoderState prefill(NDManager scope, Encoder encoder, Decoder own) {
    NDArray features = encoder.encode(scope, prompt()); // [1, length, width]
    return own.prefill(features, prompt().lengths());
  }

  private static DecoderState prefill(NDManager scope, Decoder decoder) {
    return decoder.prefill(decoder.embed(scope, prompt()), prompt().lengths());
  }

  private static TokenBatch prompt() {
    // Any ids do, as time does not depend on them; every vocabulary has the first two.
    return TokenBatch.of(IntStream.range(0, PROMPT_LENGTH).map(i -> i % 2).toArray());
  }

  private int fasterToDecode(Prefill prefill) {
    try (NDManager scope = runtime.newScope();
        DecoderState state = prefill.in(scope)) {
      return faster(() -> state.decodeMany(STEPS));
    }
  }

  /** One thread or all, whichever does {@code work} in less time; one where they tie. */
  private int faster(Runnable work) {
    for (int i = 0; i < WARM_UPS; i++) {
      timed(threads.most(), work);
    }
    long alone = Long.MAX_VALUE;
    long together = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      alone = Math.min(alone, timed(1, work));
      together = Math.min(together, timed(threads.most(), work));
    }
    return alone <= together ? 1 : threads.most();
  }

  private long timed(int team, Runnable work) {
    threads.want(team);
    long from = System.nanoTime();
    work.run();
    return System.nanoTime() - from;
  }
}
