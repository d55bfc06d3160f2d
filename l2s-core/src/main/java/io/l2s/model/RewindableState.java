package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;

/** A state that reads several tokens in one pass and takes tokens back, as speculation needs. */
public interface RewindableState extends DecoderState {

  /**
   * Feeds a state of one sequence its last token and {@code draft} behind it in one pass, which
   * costs little more than one step. {@link #rewind} must follow, which says what of it stands.
   *
   * @param draft ids that may come next, at least one
   * @return logits {@code [draft + 1, vocabulary]}, float32: of what follows the last token and
   *     each of the draft
   */
  NDArray verify(NDManager scope, int[] draft);

  /**
   * Takes back the tokens that a state of one sequence was fed last.
   *
   * @param tokens how many, from 0 to as many as it was fed, but at most 64 where attention has a
   *     window
   * @param last the token that comes next, in place of the last one
   */
  void rewind(int tokens, int last);

  @Override
  default Optional<RewindableState> asRewindable() {
    return Optional.of(this);
  }
}
