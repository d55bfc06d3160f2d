package io.l2s;

import java.util.List;
import java.util.OptionalDouble;

/**
 * One of the answers of a generation.
 *
 * @param text the decoded answer, special tokens left out
 * @param ids the generated token ids, the end-of-sequence token included where it was reached
 * @param finishReason why it ended; of the first the same as the result's
 * @param score of a beam: the sum of its log-probabilities over its length to the power of the
 *     length penalty (transformers: {@code sequences_scores}); empty for others
 * @param logprobs log-probability of each id under the model alone, before penalties and
 *     temperature, but 0 for those of a forced prefix; empty if not asked for
 */
public record Candidate(
    String text,
    List<Integer> ids,
    FinishReason finishReason,
    OptionalDouble score,
    List<Double> logprobs) {

  public Candidate {
    ids = List.copyOf(ids);
    logprobs = List.copyOf(logprobs);
  }
}
