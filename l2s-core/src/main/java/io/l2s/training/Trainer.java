package io.l2s.training;

import ai.djl.ndarray.NDManager;
import io.l2s.engine.Gradients;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.TokenBatch;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Trains projector and SLM by the negative log-likelihood of the targets (paper, section 3.3).
 *
 * <p>The order of the batches and the learning rate of a step follow from the options and the
 * step's number, so a resumed training goes on where it stopped. One thread.
 */
public final class Trainer {

  private final NativeRuntime runtime;
  private final TrainableModel model;
  private final PairData pairs;
  private final PairData validation;
  private final TrainingOptions options;
  private final TrainingStore store;
  private final LongSupplier nanoTime;
  private int storedStep;

  public Trainer(
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
   * Trains to the end, or until the listener asks to stop; either way the state is stored.
   *
   * @param resume whether to go on from the stored state
   * @return where the training stands
   * @throws TrainingException if the loss is no longer finite
   */
  public TrainingState run(boolean resume, TrainingListener listener) {
    NDManager scope = runtime.call(runtime::newScope);
    Optimizer optimizer = runtime.call(() -> Optimizer.create(scope, model.parameters(), options));
    try {
      TrainingState start =
          resume
              ? runtime.call(() -> store.restore(model.parameters(), optimizer.moments()))
              : TrainingState.NEW;
      storedStep = start.step();
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
    TrainingState state = start;
    int perEpoch = (pairs.size() + options.batchSize() - 1) / options.batchSize();
    List<List<Integer>> batches = List.of();
    int epoch = -1;
    long seen = 0;
    while (state.progress(options) < 1 && !listener.stopRequested()) {
      if (state.step() / perEpoch != epoch) {
        epoch = state.step() / perEpoch;
        batches = pairs.shuffledBatches(options.batchSize(), options.seed(), epoch);
      }
      List<Integer> batch = batches.get(state.step() % perEpoch);
      double rate = options.learningRateAt(state.progress(options));
      int step = state.step() + 1;
      long before = nanoTime.getAsLong();
      double loss = runtime.call(() -> step(optimizer, batch, step, rate));
      state = state.after(Duration.ofNanos(nanoTime.getAsLong() - before));
      seen += batch.size();
      listener.onStep(
          new TrainingProgress(
              step,
              state.progress(options),
              loss,
              rate,
              seen,
              state.elapsed().minus(start.elapsed())));
      if (step % options.validateEvery() == 0 || state.progress(options) >= 1) {
        state = validated(state, optimizer, listener);
      }
    }
    TrainingState last = state;
    runtime.call(() -> save(last, optimizer));
    return state;
  }

  private TrainingState save(TrainingState state, Optimizer optimizer) {
    store.save(state, model.parameters(), optimizer.moments());
    storedStep = state.step();
    return state;
  }

  private double step(Optimizer optimizer, List<Integer> rows, int step, double rate) {
    TokenBatch prompts = pairs.promptBatch(rows);
    TokenBatch targets = pairs.targetBatch(rows);
    double loss;
    try (NDManager scope = runtime.newScope()) {
      loss =
          Gradients.backward(() -> model.loss(scope, prompts, targets, options.labelSmoothing()));
    }
    double norm = optimizer.step(step, rate);
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw new TrainingException(
          "step "
              + step
              + ": the loss is "
              + loss
              + " and the gradients' norm "
              + norm
              + "; lower the learning rate (was "
              + rate
              + ") and "
              + (storedStep > 0
                  ? "resume from the stored step " + storedStep
                  : "start again, nothing is stored yet"));
    }
    return loss;
  }

  private TrainingState validated(
      TrainingState state, Optimizer optimizer, TrainingListener listener) {
    double loss = validationLoss();
    boolean best = loss < state.bestLoss();
    TrainingState next = best ? state.withBestLoss(loss) : state;
    runtime.call(
        () -> {
          if (best) {
            store.saveBest();
          }
          return save(next, optimizer);
        });
    listener.onValidation(state.step(), loss, best);
    return next;
  }

  /** Mean negative log-likelihood per token of the validation pairs, without label smoothing. */
  public double validationLoss() {
    double sum = 0;
    long tokens = 0;
    for (List<Integer> rows : validation.batches(options.batchSize())) {
      TokenBatch targets = validation.targetBatch(rows);
      int count = targets.ids().stream().mapToInt(row -> row.length).sum();
      sum += count * runtime.call(() -> lossOf(validation.promptBatch(rows), targets));
      tokens += count;
    }
    return sum / tokens;
  }

  private double lossOf(TokenBatch prompts, TokenBatch targets) {
    try (NDManager scope = runtime.newScope()) {
      return model.loss(scope, prompts, targets, 0).getFloat();
    }
  }
}
