package io.l2s.serving;

import io.l2s.GenerationRequest;
import io.l2s.InvalidRequestException;
import io.l2s.PromptLookup;
import io.l2s.decoding.PromptDrafts;
import io.l2s.tokenizer.UnreadableTextException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Finds what is drafted for a request by prompt lookup. Thread-safe.
 *
 * @param standard what holds for requests that do not say
 */
record LookupChecks(PromptLookup standard) {

  /**
   * The drafts that the request asks for, or those by default where the route can verify them.
   *
   * @param promptText the prompt, asked for only where its text is looked up
   * @throws InvalidRequestException if the request asks for drafts that the route cannot verify
   */
  PromptDrafts drafts(
      RoutePath path, GenerationRequest request, int[] promptIds, Supplier<String> promptText) {
    Optional<PromptLookup> asked = request.options().promptLookup();
    PromptLookup lookup = asked.orElse(standard);
    if (!lookup.drafts()) {
      return PromptDrafts.NONE;
    }
    return switch (path.lookup()) {
      case PROMPT_IDS -> drafts(path, lookup, promptIds);
      case PROMPT_TEXT -> drafts(path, lookup, idsOfTheWriter(path, promptText.get()));
      case NOTHING -> {
        if (asked.isPresent()) {
          throw new InvalidRequestException(
              "promptLookupNumTokens",
              "0 on the route " + path.route() + ", " + obstacle(path),
              lookup.promptLookupNumTokens());
        }
        yield PromptDrafts.NONE;
      }
    };
  }

  private static PromptDrafts drafts(RoutePath path, PromptLookup lookup, int[] prompt) {
    return new PromptDrafts(lookup, prompt, path.vocabulary(), path.eosIds());
  }

  private static String obstacle(RoutePath path) {
    return path.batched() ? "whose decoder takes no tokens back" : "on which the SLM drafts";
  }

  /** The prompt in ids of the tokenizer of the answers; none where that does not read it. */
  private static int[] idsOfTheWriter(RoutePath path, String prompt) {
    try {
      return path.answers().encodeAnswer(prompt);
    } catch (UnreadableTextException e) {
      // The model that writes never reads this text, so it is no reason to refuse the request.
      return new int[0];
    }
  }
}
