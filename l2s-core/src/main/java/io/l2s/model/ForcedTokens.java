package io.l2s.model;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.TokenDefaults;
import java.util.OptionalInt;

/**
 * Ids that a checkpoint's settings force into every answer, whatever the scores are (transformers:
 * {@code ForcedBOSTokenLogitsProcessor}, {@code ForcedEOSTokenLogitsProcessor}).
 *
 * @param first the first id of an answer; empty where the model chooses it
 * @param last the id at the length limit; empty where the model chooses it
 */
public record ForcedTokens(OptionalInt first, OptionalInt last) {

  /** Nothing is forced. */
  public static final ForcedTokens NONE =
      new ForcedTokens(OptionalInt.empty(), OptionalInt.empty());

  /**
   * Those of {@code checkpoint}, which {@link Checkpoint#requireIds} has checked.
   *
   * @param defaults those of its family
   */
  static ForcedTokens of(Checkpoint checkpoint, TokenDefaults defaults) {
    return new ForcedTokens(checkpoint.forcedBosTokenId(), checkpoint.forcedEosTokenId(defaults));
  }

  /** The same for an answer that continues a prompt, whose first id is the prompt's. */
  ForcedTokens behindPrompt() {
    return new ForcedTokens(OptionalInt.empty(), last);
  }
}
