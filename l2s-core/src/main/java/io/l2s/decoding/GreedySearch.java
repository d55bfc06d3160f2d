package io.l2s.decoding;

import io.l2s.FinishReason;
import io.l2s.model.DecoderState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One greedily decoded answer. It takes a decoder's ids and decides when the answer ends. */
final class GreedySearch implements Search {

  private final Set<Integer> eosIds;
  private final int maxNewTokens;
  private final OptionalInt last;
  private final List<Integer> known;
  private final PromptDrafts drafts;
  private final DraftLength draftLength;
  private final List<Integer> ids = new ArrayList<>();
  private int taken;
  private @Nullable FinishReason finishReason;
  private boolean broken;

  GreedySearch(SearchSettings settings) {
    this(
        settings.eosIds(),
        settings.maxNewTokens(),
        settings.forcedAt(settings.maxNewTokens() - 1),
        settings.beginning(),
        settings.drafts());
  }

  /**
   * @param last the id at the limit; empty where the decoder chooses it
   * @param known ids that the answer begins with: forced ones, or those that it repeats
   */
  private GreedySearch(
      Set<Integer> eosIds,
      int maxNewTokens,
      OptionalInt last,
      List<Integer> known,
      PromptDrafts drafts) {
    this.eosIds = Set.copyOf(eosIds);
    this.maxNewTokens = maxNewTokens;
    this.last = last;
    this.known = List.copyOf(known);
    this.drafts = drafts;
    this.draftLength = drafts.length();
  }

  @Override
  public Search restarted() {
    return new GreedySearch(eosIds, maxNewTokens, last, isGiven() ? known : ids, drafts);
  }

  /** Whether the next id is known before its scores are. */
  private boolean isGiven() {
    return ids.size() < known.size();
  }

  @Override
  public int rows() {
    return 1;
  }

  /** Whether {@link #append} may follow: known ids are chosen step by step. */
  boolean takesRuns() {
    return !isGiven();
  }

  @Override
  public int remaining() {
    return maxNewTokens - ids.size();
  }

  @Override
  public int[] draft() {
    return takesRuns()
        ? drafts.after(ids, Math.min(draftLength.next(), remaining() - 1))
        : Search.super.draft();
  }

  @Override
  public void draftVerified(int drafted, int accepted) {
    draftLength.record(drafted, accepted);
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
  public Optional<Choice> choose(TopTokens top, int firstRow) {
    boolean finite = top.finite(firstRow);
    int best = isGiven() ? known.get(ids.size()) : top.id(firstRow, 0);
    append(new int[] {finite ? best : DecoderState.NOT_FINITE});
    return Optional.of(new Choice(new int[] {0}, new int[] {best}));
  }

  private void take(int next) {
    int id = remaining() == 1 ? last.orElse(next) : next;
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
