package io.l2s.decoding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.model.DecoderState;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * One sequence, decoded greedily by a large model with the help of a small one: the small one
 * drafts some tokens, the large one reads them in one pass and keeps those that it would have made
 * itself, with its own token behind them (Leviathan et al., "Fast Inference from Transformers via
 * Speculative Decoding", arXiv 2211.17192). The ids are the large model's own, but for near ties
 * that rounding decides. Native thread only.
 */
public final class SpeculativeState implements DecoderState {

  private static final int FIRST_DRAFT = 4;
  private static final int LONGEST_DRAFT = 8;

  /** Most ids that one call of {@link #decode} can yield. */
  public static final int MOST_IDS = LONGEST_DRAFT + 1;

  private final DecoderState drafter;
  private final DecoderState verifier;
  private final Supplier<NDManager> scopes;
  private int draftLength = FIRST_DRAFT;

  /**
   * Both states are of one sequence that has decoded nothing yet, over one vocabulary and start
   * token; they are closed with this one.
   *
   * @param scopes makes scopes for arrays
   */
  public SpeculativeState(DecoderState drafter, DecoderState verifier, Supplier<NDManager> scopes) {
    if (drafter.size() != 1 || verifier.size() != 1) {
      throw new IllegalArgumentException(
          "speculation takes states of one sequence, but they have "
              + drafter.size()
              + " and "
              + verifier.size());
    }
    this.drafter = drafter;
    this.verifier = verifier;
    this.scopes = scopes;
  }

  @Override
  public int size() {
    return 1;
  }

  /**
   * One draft and its verification.
   *
   * @param steps bounds the draft; the verifier adds one id
   * @return from 1 to {@code steps} ids
   * @throws GenerationFailedException blaming the small model, if it is the one that fails
   */
  @Override
  public int[][] decode(int steps) {
    if (steps == 1) {
      int[] next = verifier.decode(1)[0];
      feed(next[0]);
      return new int[][] {next};
    }
    int[] draft = drafted(Math.min(steps - 1, draftLength));
    // What is not finite cannot be verified; any other token does as well for a draft.
    int[] proposed = Arrays.stream(draft).map(id -> Math.max(id, 0)).toArray();
    int[] own = verified(proposed);
    int accepted = 0;
    while (accepted < proposed.length && proposed[accepted] == own[accepted]) {
      accepted++;
    }
    int next = own[accepted];
    verifier.rewind(proposed.length - accepted, next);
    resume(proposed.length, accepted, next);
    adapt(accepted == proposed.length);
    int[] made = Arrays.copyOf(proposed, accepted + 1);
    made[accepted] = next;
    return new int[][] {made};
  }

  /** What the verifier would make after the last token and after each of {@code draft}. */
  private int[] verified(int[] draft) {
    try (NDManager scope = scopes.get()) {
      NDArray logits = verifier.verify(scope, draft); // [draft + 1, vocabulary]
      long[] best = logits.argMax(1).toLongArray();
      float[] largest = logits.max(new int[] {1}).toFloatArray();
      int[] ids = new int[best.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = Float.isFinite(largest[i]) ? Math.toIntExact(best[i]) : NOT_FINITE;
      }
      return ids;
    }
  }

  /** Brings the drafter, which has been fed all but the last of its draft, to what stands. */
  private void resume(int drafted, int accepted, int next) {
    if (accepted == drafted) {
      feed(next);
    } else {
      drafter.rewind(drafted - accepted - 1, next);
    }
  }

  private int[] drafted(int steps) {
    try {
      return drafter.decode(steps)[0];
    } catch (RuntimeException | Error e) {
      throw new GenerationFailedException(
          Component.SLM, "the SLM, drafting, failed: " + e.getMessage(), e);
    }
  }

  /** Feeds the drafter its last token; {@code next} follows. */
  private void feed(int next) {
    drafted(1);
    drafter.rewind(0, next);
  }

  private void adapt(boolean allAccepted) {
    draftLength =
        allAccepted ? Math.min(LONGEST_DRAFT, draftLength + 2) : Math.max(1, draftLength - 1);
  }

  @Override
  public NDArray step(NDManager scope) {
    throw onlyGreedy();
  }

  @Override
  public void choose(int[] tokens) {
    throw onlyGreedy();
  }

  @Override
  public NDArray verify(NDManager scope, int[] draft) {
    throw onlyGreedy();
  }

  @Override
  public void rewind(int tokens, int last) {
    throw onlyGreedy();
  }

  @Override
  public void keep(int[] rows) {
    throw onlyGreedy();
  }

  @Override
  public void join(DecoderState fresh) {
    throw onlyGreedy();
  }

  private static UnsupportedOperationException onlyGreedy() {
    return new UnsupportedOperationException("speculation decodes one sequence greedily");
  }

  @Override
  public void close() {
    try (drafter) {
      verifier.close();
    }
  }
}
