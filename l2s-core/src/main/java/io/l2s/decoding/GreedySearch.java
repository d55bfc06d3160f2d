package io.l2s.decoding;

import io.l2s.FinishReason;
import io.l2s.model.DecoderState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One greedily decoded answer. It takes a decoder's ids and decides when the answer ends. */
final class GreedySearch implements Search {

  private final Set<Integer> eosIds;
  private final int maxNewTokens;
  private final List<Integer> replayed;
  private final List<Integer> ids = new ArrayList<>();
  private int taken;
  private @Nullable FinishReason finishReason;
  private boolean broken;

  /**
   * @param eosIds any of these ends the answer
   * @param maxNewTokens most ids of the answer, at least 1; an end-of-sequence id counts
   */
  GreedySearch(Set<Integer> eosIds, int maxNewTokens) {
    this(eosIds, maxNewTokens, List.of());
  }

  private GreedySearch(Set<Integer> eosIds, int maxNewTokens, List<Integer> replayed) {
    this.eosIds = Set.copyOf(eosIds);
    this.maxNewTokens = maxNewTokens;
    this.replayed = List.copyOf(replayed);
  }

  @Override
  public Search restarted() {
    return new GreedySearch(eosIds, maxNewTokens, isReplaying() ? replayed : ids);
  }

  private boolean isReplaying() {
    return ids.size() < replayed.size();
  }

  @Override
  public int rows() {
    return 1;
  }

  /** Whether {@link #append} may follow: a search that repeats its answer chooses step by step. */
  boolean takesRuns() {
    return !isReplaying();
  }

  @Override
  public int remaining() {
    return maxNewTokens - ids.size();
  }

  /**
   * Takes a decoder's next ids up to the first end-of-sequence id, the limit or {@link
   * DecoderState#NOT_FINITE} and drops the rest.
   */
  void append(int[] next) {
    for (int i = 0; i < next.length && finishReason == null && !broken; i++) {
      if (next[i] == DecoderState.NOT_FINITE) {
        broken = true;
      } else {
        take(next[i]);
      }
    }
  }

  /** Takes the best token of a step that it shares with other searches. */
  @Override
  public Choice choose(TopTokens top, int firstRow) {
    boolean finite = top.finite(firstRow);
    int best = isReplaying() ? replayed.get(ids.size()) : top.id(firstRow, 0);
    append(new int[] {finite ? best : DecoderState.NOT_FINITE});
    return new Choice(new int[] {0}, new int[] {best});
  }

  private void take(int id) {
    ids.add(id);
    if (eosIds.contains(id)) {
      finishReason = FinishReason.EOS;
    } else if (remaining() == 0) {
      finishReason = FinishReason.LENGTH;
    }
  }

  @Override
  public int[] takeSettled() {
    int[] settled = ids.subList(taken, ids.size()).stream().mapToInt(Integer::intValue).toArray();
    taken = ids.size();
    return settled;
  }

  @Override
  public Optional<FinishReason> finishReason() {
    return Optional.ofNullable(finishReason);
  }

  @Override
  public boolean hasNonFiniteLogits() {
    return broken;
  }

  @Override
  public List<Answer> answers() {
    return List.of(new Answer(ids, finishReason(), OptionalDouble.empty(), List.of()));
  }
}
