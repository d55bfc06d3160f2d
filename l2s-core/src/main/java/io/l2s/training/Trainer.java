package io.l2s.training;

import ai.djl.ndarray.NDManager;
import io.l2s.engine.Gradients;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.TokenBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Trains projector and SLM by the negative log-likelihood of the targets (paper, section 3.3).
 *
 * <p>The batches, the learning rate and the random numbers of a step follow from the options and
 * the step's number, so a resumed training continues where it stopped. One thread.
 */
final class Trainer {

  private final NativeRuntime runtime;
  private final TrainableModel model;
  private final PairData pairs;
  private final PairData validation;
  private final TrainingOptions options;
  private final TrainingStore store;
  private final LongSupplier nanoTime;
  private int storedStep;
  private Duration storedAt = Duration.ZERO;

  Trainer(
      NativeRuntime runtime,
      TrainableModel model,
      PairData pairs,
      PairData validation,
      TrainingOptions options,
      TrainingStore store,
      LongSupplier nanoTime) {
    this.runtime = runtime;
    this.model = model;
    this.pairs = pairs;
    this.validation = validation;
    this.options = options;
    this.store = store;
    this.nanoTime = nanoTime;
  }

  /**
   * Trains to the end, or until the listener asks to stop; either way the state is stored, unless
   * no step was done.
   *
   * @param resume whether to continue from the stored state
   * @return where the training stands
   * @throws TrainingException if the loss is no longer finite
   */
  TrainingState run(boolean resume, TrainingListener listener) {
    NDManager scope = runtime.call(runtime::newScope);
    Optimizer optimizer = runtime.call(() -> Optimizer.create(scope, model.parameters(), options));
    try {
      TrainingState start =
          resume
              ? runtime.call(() -> store.restore(model.parameters(), optimizer.moments()))
              : TrainingState.NEW;
      storedStep = start.step();
      storedAt = start.elapsed();
      return train(start, optimizer, listener);
    } finally {
      runtime.release(
          () -> {
            optimizer.close();
            scope.close();
          });
    }
  }

  private TrainingState train(TrainingState start, Optimizer optimizer, TrainingListener listener) {
    listener.onStart(start.step());
    BatchOrder order = new BatchOrder(pairs, options);
    TrainingState state = start;
    long seen = 0;
    if (state.progress(options) >= 1 && state.bestLoss() == Double.POSITIVE_INFINITY) {
      // It was stored, but its model could not be written.
      state = validated(state, optimizer, listener);
    }
    while (state.progress(options) < 1 && !listener.stopRequested()) {
      List<List<Integer>> batches = batches(order, state.step());
      double rate = options.learningRateAt(state.progress(options));
      int step = state.step() + 1;
      long before = nanoTime.getAsLong();
      double loss = runtime.call(() -> step(optimizer, batches, step, rate));
      state = state.after(Duration.ofNanos(nanoTime.getAsLong() - before));
      seen += batches.stream().mapToInt(List::size).sum();
      listener.onStep(
          new TrainingProgress(
              step,
              state.progress(options),
              start.progress(options),
              loss,
              rate,
              seen,
              state.elapsed().minus(start.elapsed())));
      if (step % options.validateEvery() == 0 || state.progress(options) >= 1) {
        state = validated(state, optimizer, listener);
      } else if (state.elapsed().minus(storedAt).compareTo(options.saveEvery()) >= 0) {
        TrainingState current = state;
        runtime.call(() -> save(current, optimizer));
      }
    }
    // A state stored before the first step would block a new start.
    if (state.step() > storedStep) {
      TrainingState last = state;
      runtime.call(() -> save(last, optimizer));
    }
    return state;
  }

  private List<List<Integer>> batches(BatchOrder order, int step) {
    List<List<Integer>> batches = new ArrayList<>(options.accumulation());
    for (int i = 0; i < options.accumulation(); i++) {
      batches.add(order.batch((long) step * options.accumulation() + i));
    }
    return batches;
  }

  private TrainingState save(TrainingState state, Optimizer optimizer) {
    store.save(state, model.parameters(), optimizer.moments());
    storedStep = state.step();
    storedAt = state.elapsed();
    return state;
  }

  private double step(Optimizer optimizer, List<List<Integer>> batches, int step, double rate) {
    if (options.dropout() > 0) {
      Gradients.seed((int) options.seedOf(step));
    }
    int tokens = batches.stream().mapToInt(pairs::targetTokens).sum();
    double loss = 0;
    for (List<Integer> rows : batches) {
      double weight = (double) pairs.targetTokens(rows) / tokens;
      loss += weight * backward(rows, weight);
    }
    double norm = optimizer.step(step, rate);
    if (!Double.isFinite(loss) || !Optimizer.isUsable(norm)) {
      throw noLongerFinite(step, "the loss is " + loss + " and the gradients' norm " + norm, rate);
    }
    return loss;
  }

  private TrainingException noLongerFinite(int step, String problem, double rate) {
    return new TrainingException(
        "step "
            + step
            + ": "
            + problem
            + "; lower the learning rate (was "
            + rate
            + ") and "
            + (storedStep > 0
                ? "resume from the stored step " + storedStep
                : "start again, nothing is stored yet"));
  }

  private double backward(List<Integer> rows, double weight) {
    TokenBatch prompts = pairs.promptBatch(rows);
    TokenBatch targets = pairs.targetBatch(rows);
    try (NDManager scope = runtime.newScope()) {
      return Gradients.backward(
          () -> model.loss(scope, prompts, targets, options.labelSmoothing(), options.dropout()),
          weight);
    }
  }

  private TrainingState validated(
      TrainingState state, Optimizer optimizer, TrainingListener listener) {
    double loss = validationLoss();
    if (!Double.isFinite(loss)) {
      throw noLongerFinite(
          state.step(),
          "the validation loss is " + loss,
          options.learningRateAt(state.progress(options)));
    }
    boolean best = loss < state.bestLoss();
    TrainingState next = best ? state.withBestLoss(loss) : state;
    runtime.call(
        () -> {
          if (storedStep == 0) {
            // A model without a state could be neither resumed nor started again.
            save(state, optimizer);
          }
          if (best) {
            store.saveBest(next);
          }
          return save(next, optimizer);
        });
    listener.onValidation(state.step(), loss, best);
    return next;
  }

  /** Mean negative log-likelihood per token of the validation pairs, without label smoothing. */
  double validationLoss() {
    double sum = 0;
    long tokens = 0;
    for (List<Integer> rows : validation.batches(options)) {
      TokenBatch targets = validation.targetBatch(rows);
      int count = validation.targetTokens(rows);
      sum += count * runtime.call(() -> lossOf(validation.promptBatch(rows), targets));
      tokens += count;
    }
    return sum / tokens;
  }

  private double lossOf(TokenBatch prompts, TokenBatch targets) {
    try (NDManager scope = runtime.newScope()) {
      return model.loss(scope, prompts, targets, 0, 0).getFloat();
    }
  }
}
