package io.l2s.decoding;

import io.l2s.FinishReason;
import io.l2s.model.DecoderState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The ids of one greedily decoded answer: it takes what a decoder yields and says when to stop.
 *
 * <p>Not thread-safe.
 */
public final class GreedyAnswer {

  private final Set<Integer> eosIds;
  private final int maxNewTokens;
  private final List<Integer> ids = new ArrayList<>();
  private FinishReason finishReason;
  private boolean broken;

  /**
   * @param eosIds any of these ends the answer
   * @param maxNewTokens most ids it may have, at least 1; an end-of-sequence id counts
   */
  public GreedyAnswer(Set<Integer> eosIds, int maxNewTokens) {
    this.eosIds = Set.copyOf(eosIds);
    this.maxNewTokens = maxNewTokens;
  }

  /**
   * Steps for the next call that decodes all of {@code answers} together, none of which has ended:
   * {@code most}, or fewer where an answer has less room left.
   */
  public static int steps(List<GreedyAnswer> answers, int most) {
    return answers.stream().mapToInt(GreedyAnswer::remaining).reduce(most, Math::min);
  }

  /**
   * Takes a decoder's next ids up to the first end-of-sequence id, the limit or {@link
   * DecoderState#NOT_FINITE}, and drops the rest.
   *
   * @return the ids taken
   */
  public int[] append(int[] next) {
    int taken = 0;
    while (taken < next.length && finishReason == null && !broken) {
      if (next[taken] == DecoderState.NOT_FINITE) {
        broken = true;
      } else {
        take(next[taken++]);
      }
    }
    return Arrays.copyOf(next, taken);
  }

  private void take(int id) {
    ids.add(id);
    if (eosIds.contains(id)) {
      finishReason = FinishReason.EOS;
    } else if (remaining() == 0) {
      finishReason = FinishReason.LENGTH;
    }
  }

  /** How many more ids it may have. */
  public int remaining() {
    return maxNewTokens - ids.size();
  }

  public int maxNewTokens() {
    return maxNewTokens;
  }

  /** Why it ended: {@code EOS} or {@code LENGTH}; empty while it goes on. */
  public Optional<FinishReason> finishReason() {
    return Optional.ofNullable(finishReason);
  }

  /** Whether the decoder's numbers went bad before the end. */
  public boolean broken() {
    return broken;
  }

  /** The ids so far, an end-of-sequence id included. */
  public List<Integer> ids() {
    return List.copyOf(ids);
  }
}
