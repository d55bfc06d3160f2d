package io.l2s.decoding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.model.DecoderState;
import io.l2s.model.RewindableState;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The outcome of a pass in which a model verified a draft for one sequence. The state is left with
 * the accepted tokens and the model's own next one.
 *
 * @param accepted first tokens of the draft that the model would have made itself
 * @param next the model's own token behind them, {@link DecoderState#NOT_FINITE} where its logits
 *     were not
 */
record Verification(int accepted, int next) {

  /**
   * Verifies a draft for a greedy sequence.
   *
   * @param draft at least one id
   */
  static Verification greedy(NDManager scope, RewindableState verifier, int[] draft) {
    NDArray logits = verifier.verify(scope, draft); // [draft + 1, vocabulary]
    long[] best = logits.argMax(1).toLongArray();
    float[] largest = logits.max(new int[] {1}).toFloatArray();
    int accepted = 0;
    while (accepted < draft.length
        && Float.isFinite(largest[accepted])
        && best[accepted] == draft[accepted]) {
      accepted++;
    }
    int next =
        Float.isFinite(largest[accepted])
            ? Math.toIntExact(best[accepted])
            : DecoderState.NOT_FINITE;
    verifier.rewind(draft.length - accepted, next);
    return new Verification(accepted, next);
  }

  /**
   * Verifies a draft for {@code search}, which chooses by the model's scores only, and takes at
   * least one token.
   *
   * @param draft may be empty
   */
  static Verification by(
      TokenSelector selector,
      NDManager scope,
      RewindableState verifier,
      SampledSearch search,
      int[] draft) {
    NDArray logits = // [draft + 1, vocabulary]
        draft.length == 0 ? verifier.decodeOne(scope) : verifier.verify(scope, draft);
    TopTokens top =
        selector.select(
            scope,
            logits,
            IntStream.rangeClosed(0, draft.length)
                .<Search>mapToObj(length -> search.continuedWith(Arrays.copyOf(draft, length)))
                .toList());
    int accepted = 0;
    int next = selector.choice(scope, logits, top, search, 0).tokens()[0];
    while (!search.hasEnded() && accepted < draft.length && next == draft[accepted]) {
      accepted++;
      next = selector.choice(scope, logits, top, search, accepted).tokens()[0];
    }
    if (draft.length == 0) {
      verifier.choose(new int[] {next});
    } else {
      verifier.rewind(draft.length - accepted, next);
    }
    return new Verification(accepted, next);
  }

  /** The ids that the sequence has got: the accepted ones of {@code draft} and the next. */
  int[] ids(int[] draft) {
    int[] ids = Arrays.copyOf(draft, accepted + 1);
    ids[accepted] = next;
    return ids;
  }
}
