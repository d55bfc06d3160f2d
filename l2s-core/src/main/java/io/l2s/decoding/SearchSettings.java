package io.l2s.decoding;

import io.l2s.FinishReason;
import io.l2s.GenerationOptions;
import io.l2s.model.ForcedTokens;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The properties of a request and its model that a search needs.
 *
 * @param options with a seed where tokens are sampled, so that a search that starts over makes the
 *     same answer
 * @param eosIds any of these ends an answer
 * @param maxNewTokens most ids of an answer, at least 1; an end-of-sequence id counts
 * @param vocabulary number of ids that the model scores
 * @param startIds ids before the answer, which penalties count, too
 * @param forcedPrefix ids that the answer begins with, behind the first one that the model forces
 * @param forced ids that the model forces into every answer
 * @param stopped tests whether the last of an answer's ids completes a stop string; always false
 *     for a single answer, which ends when its text is sent
 * @param completesBadWord tests whether the last of an answer's ids completes a bad word
 * @param drafts what is drafted for a search of one row
 */
public record SearchSettings(
    GenerationOptions options,
    Set<Integer> eosIds,
    int maxNewTokens,
    int vocabulary,
    List<Integer> startIds,
    List<Integer> forcedPrefix,
    ForcedTokens forced,
    Predicate<List<Integer>> stopped,
    Predicate<List<Integer>> completesBadWord,
    PromptDrafts drafts) {

  public SearchSettings {
    eosIds = Set.copyOf(eosIds);
    startIds = List.copyOf(startIds);
    forcedPrefix = List.copyOf(forcedPrefix);
    if (options.sampling().filter(sampling -> sampling.seed().isEmpty()).isPresent()) {
      throw new IllegalArgumentException("options must have a seed where tokens are sampled");
    }
  }

  /** Why an answer of these ids ends; empty if it continues. */
  Optional<FinishReason> end(List<Integer> ids) {
    if (eosIds.contains(ids.get(ids.size() - 1))) {
      return Optional.of(FinishReason.EOS);
    }
    if (stopped.test(ids)) {
      return Optional.of(FinishReason.STOP);
    }
    return ids.size() == maxNewTokens ? Optional.of(FinishReason.LENGTH) : Optional.empty();
  }

  /** Ids that every answer begins with. */
  public List<Integer> beginning() {
    List<Integer> ids = new ArrayList<>();
    // As in transformers, an answer of one token is the end.
    if (maxNewTokens > 1 || forced.last().isEmpty()) {
      forced.first().ifPresent(ids::add);
    }
    ids.addAll(forcedPrefix);
    return ids;
  }

  /** Whether text may be banned, which {@link #allows} then tests. */
  boolean bansText() {
    return !options.constraints().badWords().isEmpty();
  }

  /** Whether {@code id} may come after {@code ids}: their text then holds no bad word. */
  boolean allows(List<Integer> ids, int id) {
    if (!bansText()) {
      return true;
    }
    return !completesBadWord.test(new Longer(ids, id));
  }

  /** A view of {@code ids} with {@code last} behind them. */
  private static final class Longer extends AbstractList<Integer> {

    private final List<Integer> ids;
    private final int last;

    Longer(List<Integer> ids, int last) {
      this.ids = ids;
      this.last = last;
    }

    @Override
    public Integer get(int at) {
      return at == ids.size() ? last : ids.get(at);
    }

    @Override
    public int size() {
      return ids.size() + 1;
    }
  }

  /** The id that an answer has at {@code step}, counted from 0, whatever the scores are. */
  OptionalInt forcedAt(int step) {
    List<Integer> beginning = beginning();
    if (step < beginning.size()) {
      return OptionalInt.of(beginning.get(step));
    }
    return step == maxNewTokens - 1 ? forced.last() : OptionalInt.empty();
  }

  /** The search that the options ask for. */
  public Search start() {
    if (options.isPlainGreedy()) {
      return new GreedySearch(this);
    }
    return options.numBeams() > 1 ? new BeamTracker(this) : new SampledSearch(this);
  }
}
