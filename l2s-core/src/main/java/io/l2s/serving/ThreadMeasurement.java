package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.Route;
import io.l2s.engine.ComputeThreads;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Times small models with one thread and with all, and chooses the faster number. Large models are
 * not timed, as all threads are always faster. Native thread only.
 */
final class ThreadMeasurement implements ThreadPlan.Measurement {

  private static final Logger LOG = LoggerFactory.getLogger(ThreadMeasurement.class);

  /** Number of weights read in a step from which on one thread was never faster. */
  private static final long FEW_WEIGHTS = 20_000_000;

  private static final int ROUNDS = 3;
  private static final int PROMPT_LENGTH = 16;
  private static final int STEPS = 4;

  private final NativeRuntime runtime;
  private final ComputeThreads threads;
  private final ServedComponents components;

  private ThreadMeasurement(NativeRuntime runtime, ServedComponents components) {
    this.runtime = runtime;
    this.threads = runtime.threads();
    this.components = components;
  }

  /** The plan for {@code components} on this machine. */
  static ThreadPlan plan(NativeRuntime runtime, ServedComponents components) {
    return new ThreadPlan(
        new ThreadMeasurement(runtime, components),
        runtime.threads().most(),
        runtime.threads()::want);
  }

  @Override
  public OptionalInt decoding(Route route) {
    return switch (route) {
      case HYBRID -> decoding(route, components.slm().map(ServedComponents.Slm::decoder));
      case SLM_ONLY ->
          decoding(route, components.slmAlone().map(ServedComponents.SlmAlone::decoder));
      case LLM_ONLY, EXACT -> decodingByLlm(route);
    };
  }

  private OptionalInt decodingByLlm(Route route) {
    LlmEncoder encoder = components.llm().encoder();
    return encoder
        .decoder()
        .filter(own -> counts(own.stepWeights()))
        .map(own -> decoding(route, scope -> own.prefill(features(scope), prompt())))
        .orElseGet(OptionalInt::empty);
  }

  /** Zeros in place of a prompt's features, so that only requests make LLM passes. */
  private NDArray features(NDManager scope) {
    int width = components.llm().encoder().width();
    return scope.zeros(new Shape(1, PROMPT_LENGTH, width)); // [1, length, llmWidth]
  }

  private OptionalInt decoding(Route route, Optional<SlmDecoder> slm) {
    return slm.filter(own -> counts(own.stepWeights()))
        .map(
            own ->
                decoding(
                    route,
                    scope -> own.prefill(own.embeddings().embed(scope, prompt()), lengths())))
        .orElseGet(OptionalInt::empty);
  }

  /** Whether a measurement counts; one beside busy processes does not hold for a quiet machine. */
  private boolean counts(long stepWeights) {
    return threads.isAuto() && stepWeights > 0 && stepWeights < FEW_WEIGHTS && !threads.crowded();
  }

  private interface Prefill {
    DecoderState in(NDManager scope);
  }

  private OptionalInt decoding(Route route, Prefill prefill) {
    try (NDManager scope = runtime.newScope();
        DecoderState state = prefill.in(scope)) {
      return faster("to decode " + route, () -> state.decodeMany(STEPS));
    } catch (RuntimeException e) {
      // The requests report what is wrong with the model.
      LOG.debug("the threads to decode {} were not measured", route, e);
      return OptionalInt.of(threads.most());
    }
  }

  private static int[] lengths() {
    return prompt().lengths();
  }

  private static TokenBatch prompt() {
    // The time does not depend on the ids; every vocabulary has the first two.
    return TokenBatch.of(IntStream.range(0, PROMPT_LENGTH).map(i -> i % 2).toArray());
  }

  /** Chooses one thread or all, whichever does {@code work} in less time; one if they tie. */
  private OptionalInt faster(String what, Runnable work) {
    timed(threads.most(), work);
    long alone = Long.MAX_VALUE;
    long together = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      alone = Math.min(alone, timed(1, work));
      together = Math.min(together, timed(threads.most(), work));
    }
    int chosen = alone <= together ? 1 : threads.most();
    LOG.info(
        "{} of {} threads {}: one took {} ms, all took {} ms",
        chosen,
        threads.most(),
        what,
        String.format("%.2f", alone / 1e6),
        String.format("%.2f", together / 1e6));
    return OptionalInt.of(chosen);
  }

  private long timed(int team, Runnable work) {
    threads.want(team);
    long from = System.nanoTime();
    work.run();
    return System.nanoTime() - from;
  }
}
