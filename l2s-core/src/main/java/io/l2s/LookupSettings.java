package io.l2s;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of prompt lookup that a builder was given; null where it was given none. */
final class LookupSettings {

  @Nullable Integer numTokens;
  @Nullable Integer ngramSize;

  /** Takes all values of {@code lookup}. */
  void set(PromptLookup lookup) {
    numTokens = lookup.promptLookupNumTokens();
    ngramSize = lookup.maxMatchingNgramSize();
  }

  /**
   * Prompt lookup; empty where the model's default holds.
   *
   * @throws InvalidRequestException naming the value that is out of range, or that is set without
   *     drafts
   */
  Optional<PromptLookup> checked() {
    if (numTokens != null) {
      return Optional.of(
          ngramSize == null ? PromptLookup.of(numTokens) : new PromptLookup(numTokens, ngramSize));
    }
    if (ngramSize != null) {
      throw new InvalidRequestException(
          "maxMatchingNgramSize",
          "left out without drafts; set promptLookupNumTokens",
          ngramSize,
          "promptLookupNumTokens");
    }
    return Optional.empty();
  }
}
