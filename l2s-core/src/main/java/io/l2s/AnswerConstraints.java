package io.l2s;

import java.util.List;
import java.util.Objects;

/**
 * Constraints on the text of an answer: its beginning, its end, and words that it must not hold.
 *
 * @param minNewTokens tokens that come before an end-of-sequence token may, 0 to 4096
 * @param stop strings that end the answer, at most 64 of 256 characters. They are not part of the
 *     answer. The search for them sees the text as it is returned, which begins without a space
 * @param badWords words, as the tokenizer splits them, that the answer must not hold; at most 64 of
 *     256 characters. As in transformers, an end-of-sequence token by itself has no effect
 * @param forcedPrefix what the answer begins with, at most 4096 characters; its tokens count as
 *     generated
 */
public record AnswerConstraints(
    int minNewTokens, List<String> stop, List<String> badWords, String forcedPrefix) {

  /** No constraint. */
  public static final AnswerConstraints NONE = new AnswerConstraints(0, List.of(), List.of(), "");

  private static final int MOST_STRINGS = 64;
  private static final int LONGEST_STRING = 256;
  private static final int LONGEST_PREFIX = 4096;

  /**
   * @throws InvalidRequestException naming the component that is out of range or contradicts
   *     another
   */
  public AnswerConstraints {
    stop = List.copyOf(stop);
    badWords = List.copyOf(badWords);
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
    if (badWords.stream().anyMatch(String::isBlank)) {
      throw new InvalidRequestException("badWords", "words that are not blank", "\"\"");
    }
    for (String each : stop) {
      if (forcedPrefix.contains(each)) {
        throw new InvalidRequestException(
            "forcedPrefix", "a text without the stop string \"" + each + "\"", forcedPrefix);
      }
    }
  }
}
