package io.l2s.decoding;

import io.l2s.Penalties;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Turns bans and penalties of a request into edits of the next step's scores (transformers: {@code
 * RepetitionPenaltyLogitsProcessor}, {@code NoRepeatNGramLogitsProcessor}, {@code
 * NoBadWordsLogitsProcessor}, {@code MinNewTokensLengthLogitsProcessor}; presence and frequency
 * penalty as in OpenAI's interface).
 */
final class LogitsProcessors {

  private final SearchSettings settings;
  private final List<List<Integer>> badWords;

  LogitsProcessors(SearchSettings settings) {
    this.settings = settings;
    // As in transformers, a bad word that is an end-of-sequence id is ignored: an answer that must
    // not end would run to its limit.
    this.badWords =
        settings.options().constraints().badWordsIds().stream()
            .filter(word -> word.size() > 1 || !settings.eosIds().contains(word.get(0)))
            .toList();
  }

  /**
   * @param row the row whose scores are edited
   * @param generated ids of its answer so far
   */
  void edit(LogitEdits edits, int row, List<Integer> generated) {
    Penalties options = settings.options().penalties();
    List<Integer> seen = Stream.concat(settings.startIds().stream(), generated.stream()).toList();
    if (options.repetitionPenalty() != 1) {
      new LinkedHashSet<>(seen).forEach(id -> edits.divide(row, id, options.repetitionPenalty()));
    }
    if (options.presencePenalty() != 0 || options.frequencyPenalty() != 0) {
      counts(generated)
          .forEach(
              (id, count) ->
                  edits.subtract(
                      row, id, options.presencePenalty() + count * options.frequencyPenalty()));
    }
    if (options.noRepeatNgramSize() > 0) {
      banRepeatedNgrams(edits, row, seen, options.noRepeatNgramSize());
    }
    for (List<Integer> word : badWords) {
      banLastOf(word, edits, row, seen);
    }
    if (generated.size() < settings.options().constraints().minNewTokens()) {
      settings.eosIds().stream()
          .filter(id -> id < settings.vocabulary())
          .forEach(id -> edits.ban(row, id));
    }
  }

  private static Map<Integer, Integer> counts(List<Integer> ids) {
    Map<Integer, Integer> counts = new HashMap<>();
    ids.forEach(id -> counts.merge(id, 1, Integer::sum));
    return counts;
  }

  private static void banRepeatedNgrams(LogitEdits edits, int row, List<Integer> seen, int size) {
    if (seen.size() + 1 < size) {
      return;
    }
    List<Integer> tail = seen.subList(seen.size() - size + 1, seen.size());
    for (int i = 0; i + size <= seen.size(); i++) {
      if (seen.subList(i, i + size - 1).equals(tail)) {
        edits.ban(row, seen.get(i + size - 1));
      }
    }
  }

  private static void banLastOf(List<Integer> word, LogitEdits edits, int row, List<Integer> seen) {
    int before = word.size() - 1;
    if (before <= seen.size()
        && seen.subList(seen.size() - before, seen.size()).equals(word.subList(0, before))) {
      edits.ban(row, word.get(before));
    }
  }
}
