package io.l2s;

import java.util.List;
import java.util.Objects;

/**
 * Constraints on the text of an answer: its beginning, its end, and words that it must not hold.
 *
 * @param minNewTokens tokens that come before an end-of-sequence token may, 0 to 4096
 * @param stop strings that end the answer, at most 64 of 256 characters. They are not part of the
 *     answer. The search for them sees the text as it is returned, which begins without a space
 * @param badWords strings that the answer's text never holds, at most 64 of 256 characters. Every
 *     place counts, inside words too, and every way to spell the string in tokens. Letters count as
 *     they are: neither case nor Unicode forms are folded. A token that would complete such a
 *     string is not chosen, so the answer continues differently; text behind a stop string counts
 *     as well
 * @param badWordsIds sequences of ids that the answer must not hold, at most 64 of 256 ids; other
 *     ids may still spell the same text. As in transformers' {@code bad_words_ids}, the ids before
 *     the answer count as its beginning, and an end-of-sequence id by itself has no effect
 * @param forcedPrefix what the answer begins with, at most 4096 characters; its tokens count as
 *     generated
 */
public record AnswerConstraints(
    int minNewTokens,
    List<String> stop,
    List<String> badWords,
    List<List<Integer>> badWordsIds,
    String forcedPrefix) {

  /** No constraint. */
  public static final AnswerConstraints NONE =
      new AnswerConstraints(0, List.of(), List.of(), List.of(), "");

  private static final int MOST_STRINGS = 64;
  private static final int LONGEST_STRING = 256;
  private static final int LONGEST_SEQUENCE = 256;
  private static final int LONGEST_PREFIX = 4096;

  /**
   * @throws InvalidRequestException naming the component that is out of range or contradicts
   *     another
   */
  public AnswerConstraints {
    stop = List.copyOf(stop);
    badWords = List.copyOf(badWords);
    badWordsIds = badWordsIds.stream().map(List::copyOf).toList();
    Objects.requireNonNull(forcedPrefix, "forcedPrefix");
    Bounds.within("minNewTokens", 0, GenerationDefaults.MAX_NEW_TOKENS_LIMIT, minNewTokens);
    Bounds.strings("stop", MOST_STRINGS, LONGEST_STRING, stop);
    Bounds.strings("badWords", MOST_STRINGS, LONGEST_STRING, badWords);
    if (forcedPrefix.length() > LONGEST_PREFIX) {
      throw new InvalidRequestException(
          "forcedPrefix",
          "at most " + LONGEST_PREFIX + " characters long",
          forcedPrefix.length() + " characters");
    }
    if (stop.stream().anyMatch(String::isEmpty)) {
      throw new InvalidRequestException("stop", "strings of at least 1 character", "\"\"");
    }
    for (String word : badWords) {
      if (word.isBlank()) {
        throw new InvalidRequestException("badWords", "words that are not blank", '"' + word + '"');
      }
    }
    checkIds(badWordsIds);
    for (String each : stop) {
      if (forcedPrefix.contains(each)) {
        throw new InvalidRequestException(
            "forcedPrefix", "a text without the stop string \"" + each + "\"", forcedPrefix);
      }
    }
    for (String each : badWords) {
      if (forcedPrefix.contains(each)) {
        throw new InvalidRequestException(
            "forcedPrefix", "a text without the bad word \"" + each + "\"", forcedPrefix);
      }
    }
  }

  private static void checkIds(List<List<Integer>> sequences) {
    if (sequences.size() > MOST_STRINGS) {
      throw new InvalidRequestException(
          "badWordsIds", "at most " + MOST_STRINGS + " sequences", sequences.size());
    }
    for (List<Integer> each : sequences) {
      if (each.isEmpty() || each.size() > LONGEST_SEQUENCE) {
        throw new InvalidRequestException(
            "badWordsIds",
            "sequences of 1 to " + LONGEST_SEQUENCE + " ids",
            "one of " + each.size());
      }
      for (int id : each) {
        Bounds.within("badWordsIds", 0, Integer.MAX_VALUE, id);
      }
    }
  }
}
