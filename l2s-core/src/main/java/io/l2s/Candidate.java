package io.l2s;

import java.util.List;
import java.util.OptionalDouble;

/**
 * One of the answers of a generation.
 *
 * @param text the decoded answer, special tokens left out
 * @param ids the generated token ids, the end-of-sequence token included where it was reached
 * @param finishReason why the answer ended; the first candidate has the reason of the result
 * @param score the sum of a beam's log-probabilities, divided by its length to the power of the
 *     length penalty (transformers: {@code sequences_scores}); empty without a beam search
 * @param logprobs log-probability of each id before penalties and temperature, and 0 for the ids of
 *     a forced prefix; empty if the request did not ask for them
 * @param tokens the text that each id adds, empty where a character is not complete yet; joined
 *     they are the answer, and the stop string where one ended it. Empty if the request did not ask
 *     for log-probabilities
 */
public record Candidate(
    String text,
    List<Integer> ids,
    FinishReason finishReason,
    OptionalDouble score,
    List<Double> logprobs,
    List<String> tokens) {

  public Candidate {
    ids = List.copyOf(ids);
    logprobs = List.copyOf(logprobs);
    tokens = List.copyOf(tokens);
  }

  /** A candidate without the texts of its ids. */
  public Candidate(
      String text,
      List<Integer> ids,
      FinishReason finishReason,
      OptionalDouble score,
      List<Double> logprobs) {
    this(text, ids, finishReason, score, logprobs, List.of());
  }
}
