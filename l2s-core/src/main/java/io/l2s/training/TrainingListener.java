package io.l2s.training;

/** Follows a training; called on the thread that trains, between steps. */
public interface TrainingListener {

  /**
   * A step is done.
   *
   * @param progress what is known now
   */
  void onStep(TrainingProgress progress);

  /**
   * A validation is done.
   *
   * @param step steps done so far
   * @param loss mean negative log-likelihood per token of the validation pairs, in nats
   * @param best whether it is the lowest so far; its weights were written
   */
  void onValidation(int step, double loss, boolean best);

  /** Whether to stop after the step at hand; the state is stored and can be resumed. */
  default boolean stopRequested() {
    return false;
  }
}
