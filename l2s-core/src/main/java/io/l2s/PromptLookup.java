package io.l2s;

/**
 * How an answer is drafted from the prompt and from itself: the tokens that followed an earlier
 * occurrence of its last ones are proposed, and the writing model verifies them in one pass. Names
 * are those of transformers' {@code GenerationConfig}. Unlike there, drafts become shorter where
 * the model accepts few of their tokens.
 *
 * @param promptLookupNumTokens most tokens of a draft, 0 to 64; 0: no drafts
 * @param maxMatchingNgramSize most last tokens that an earlier occurrence is looked up of, 1 to 64
 */
public record PromptLookup(int promptLookupNumTokens, int maxMatchingNgramSize) {

  static final int MOST_TOKENS = 64;
  static final int STANDARD_NGRAM_SIZE = 2;

  /** No drafts. */
  public static final PromptLookup NONE = of(0);

  /**
   * @throws InvalidRequestException naming the component that is out of range
   */
  public PromptLookup {
    Bounds.within("promptLookupNumTokens", 0, MOST_TOKENS, promptLookupNumTokens);
    Bounds.within("maxMatchingNgramSize", 1, MOST_TOKENS, maxMatchingNgramSize);
  }

  /** Drafts of at most {@code promptLookupNumTokens} tokens, with transformers' other default. */
  public static PromptLookup of(int promptLookupNumTokens) {
    return new PromptLookup(promptLookupNumTokens, STANDARD_NGRAM_SIZE);
  }

  /** Whether anything is drafted. */
  public boolean drafts() {
    return promptLookupNumTokens > 0;
  }
}
