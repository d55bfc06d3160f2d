package io.l2s.decoding;

import io.l2s.PromptLookup;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Drafts of one request by prompt lookup (transformers: {@code PromptLookupCandidateGenerator}).
 * The last tokens of prompt and answer are looked up in both, as many of them as possible; the
 * tokens behind their first occurrence are the draft. Immutable.
 *
 * @param prompt the prompt in ids of the model that writes; empty: only the answer is looked up
 * @param vocabulary number of ids that the model scores; a draft ends before any other
 * @param eosIds ids that a draft ends before: the model's own next token ends the answer as well
 */
public record PromptDrafts(
    PromptLookup lookup, List<Integer> prompt, int vocabulary, Set<Integer> eosIds) {

  /** No drafts. */
  public static final PromptDrafts NONE =
      new PromptDrafts(PromptLookup.NONE, List.of(), 0, Set.of());

  private static final int[] NO_DRAFT = {};

  public PromptDrafts {
    prompt = List.copyOf(prompt);
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
    int[] text =
        Stream.concat(prompt.stream(), answer.stream()).mapToInt(Integer::intValue).toArray();
    for (int size = Math.min(lookup.maxMatchingNgramSize(), text.length - 1); size > 0; size--) {
      int last = text.length - size;
      for (int at = 0; at < last; at++) {
        if (equal(text, at, last, size)) {
          return draft(text, at + size, Math.min(at + size + wanted, text.length));
        }
      }
    }
    return NO_DRAFT;
  }

  private static boolean equal(int[] text, int one, int other, int size) {
    return IntStream.range(0, size).allMatch(i -> text[one + i] == text[other + i]);
  }

  private int[] draft(int[] text, int from, int to) {
    return IntStream.range(from, to)
        .map(at -> text[at])
        .takeWhile(id -> id < vocabulary && !eosIds.contains(id))
        .toArray();
  }
}
