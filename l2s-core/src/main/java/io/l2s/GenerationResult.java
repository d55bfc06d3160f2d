package io.l2s;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A finished generation.
 *
 * @param text the decoded answer, special tokens left out
 * @param promptIds the prompt's token ids as the model read them
 * @param ids the generated token ids, the end-of-sequence token included where it was reached, and
 *     those of a stop string that ended the answer
 * @param route the path that made the answer
 * @param degradation why another route than the requested one answered; empty if none did
 * @param finishReason why it ended
 * @param timings where the time went
 * @param candidates the answers asked for, best first; text and ids are the first one's. Empty
 *     where the generation was ended from outside before they were settled
 */
public record GenerationResult(
    String text,
    List<Integer> promptIds,
    List<Integer> ids,
    Route route,
    Optional<Degradation> degradation,
    FinishReason finishReason,
    Timings timings,
    List<Candidate> candidates) {

  public GenerationResult {
    promptIds = List.copyOf(promptIds);
    ids = List.copyOf(ids);
    candidates = List.copyOf(candidates);
  }

  /** A result of one answer without score. */
  public GenerationResult(
      String text,
      List<Integer> promptIds,
      List<Integer> ids,
      Route route,
      Optional<Degradation> degradation,
      FinishReason finishReason,
      Timings timings) {
    this(
        text,
        promptIds,
        ids,
        route,
        degradation,
        finishReason,
        timings,
        List.of(new Candidate(text, ids, finishReason, OptionalDouble.empty(), List.of())));
  }

  /** How many tokens were read and made. */
  public Usage usage() {
    return new Usage(promptIds.size(), ids.size());
  }

  /** The same result, marked as an answer by another route than the requested one. */
  public GenerationResult withDegradation(Degradation degradation) {
    return new GenerationResult(
        text, promptIds, ids, route, Optional.of(degradation), finishReason, timings, candidates);
  }

  /** The same result with other timings. */
  public GenerationResult withTimings(Timings timings) {
    return new GenerationResult(
        text, promptIds, ids, route, degradation, finishReason, timings, candidates);
  }
}
