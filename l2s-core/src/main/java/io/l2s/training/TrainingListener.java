package io.l2s.training;

import io.l2s.PromptTokenizer;
import java.nio.file.Path;

/** Follows a training; called on the thread that trains, between steps. */
public interface TrainingListener {

  /**
   * The tokenizers of a pair are loaded and compared.
   *
   * @param tokenizer whose token ids the prompt has at the SLM's input
   */
  default void onPromptTokenizer(PromptTokenizer tokenizer) {}

  /**
   * The data are read.
   *
   * @param pairs training pairs
   * @param validation validation pairs
   * @param leftOut rows that were too long and are in neither
   */
  default void onData(int pairs, int validation, int leftOut) {}

  /**
   * The prompt features are about to be computed, or their computation continues.
   *
   * @param done prompts whose features are stored
   * @param total prompts
   * @param file where they are stored
   * @param bytes size of the file when all are
   */
  default void onFeatures(int done, int total, Path file, long bytes) {}

  /**
   * The steps begin.
   *
   * @param step steps that were done before, 0 unless a training resumes
   */
  default void onStart(int step) {}

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
