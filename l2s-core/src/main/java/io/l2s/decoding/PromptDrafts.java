package io.l2s.decoding;

import io.l2s.PromptLookup;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Drafts of one request by prompt lookup (transformers: {@code PromptLookupCandidateGenerator}).
 * The last tokens of prompt and answer are looked up in both, as many of them as possible; the
 * tokens behind their first occurrence are the draft.
 *
 * @param prompt the prompt in ids of the model that writes, which nobody changes; empty: only the
 *     answer is looked up
 * @param vocabulary number of ids that the model scores; a draft ends before any other
 * @param eosIds ids that a draft ends before: the model's own next token ends the answer as well
 */
public record PromptDrafts(PromptLookup lookup, int[] prompt, int vocabulary, Set<Integer> eosIds) {

  /** No drafts. */
  public static final PromptDrafts NONE =
      new PromptDrafts(PromptLookup.NONE, new int[0], 0, Set.of());

  private static final int[] NO_DRAFT = {};

  public PromptDrafts {
    eosIds = Set.copyOf(eosIds);
  }

  /** The lengths of the drafts of one search, of which none has been verified yet. */
  DraftLength length() {
    return DraftLength.ofLookup(lookup.promptLookupNumTokens());
  }

  /**
   * Tokens that may come after {@code answer}.
   *
   * @param most bounds their number besides the settings
   * @return up to {@code most} ids; none where no last token occurs earlier
   */
  int[] after(List<Integer> answer, int most) {
    int wanted = Math.min(most, lookup.promptLookupNumTokens());
    if (wanted < 1) {
      return NO_DRAFT;
    }
    int length = prompt.length + answer.size();
    int from = length;
    int longest = 0;
    // Only a longer match replaces an earlier one.
    for (int end = 1; end < length && longest < lookup.maxMatchingNgramSize(); end++) {
      int matching = matching(answer, end, length);
      if (matching > longest) {
        longest = matching;
        from = end;
      }
    }
    return draft(answer, from, Math.min(from + wanted, length));
  }

  /** How many tokens before {@code end} are the last ones, up to those that are looked up. */
  private int matching(List<Integer> answer, int end, int length) {
    int most = Math.min(lookup.maxMatchingNgramSize(), end);
    int matching = 0;
    while (matching < most && id(answer, end - 1 - matching) == id(answer, length - 1 - matching)) {
      matching++;
    }
    return matching;
  }

  /** The id at {@code at} in the prompt with the answer behind it. */
  private int id(List<Integer> answer, int at) {
    return at < prompt.length ? prompt[at] : answer.get(at - prompt.length);
  }

  private int[] draft(List<Integer> answer, int from, int to) {
    int[] draft = new int[to - from];
    for (int i = 0; i < draft.length; i++) {
      draft[i] = id(answer, from + i);
      if (draft[i] >= vocabulary || eosIds.contains(draft[i])) {
        return Arrays.copyOf(draft, i);
      }
    }
    return draft;
  }
}
