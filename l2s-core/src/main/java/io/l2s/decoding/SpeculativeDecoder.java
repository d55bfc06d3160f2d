package io.l2s.decoding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.model.DecoderState;
import io.l2s.model.RewindableState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decodes one sequence by a large model with the help of a small one. The small model drafts some
 * tokens. The large model reads them in one pass, keeps those that it would have made itself and
 * adds its own next token (Leviathan et al., "Fast Inference from Transformers via Speculative
 * Decoding", arXiv 2211.17192). The ids are the large model's own, except for near ties that
 * rounding decides. Native thread only.
 *
 * <p>Sampling differs from the paper's: a draft is not accepted by chance. Both models draw with
 * the same noise, and a drafted token is accepted where the large model draws the same one. A seed
 * therefore gives the same text as the large model by itself, not only the same distribution.
 */
public final class SpeculativeDecoder implements BatchDecoder {

  /** Most ids that one greedy call can yield. */
  private static final int MOST_IDS = DraftLength.LONGEST + 1;

  private final RewindableState drafter;
  private final RewindableState verifier;
  private final Supplier<NDManager> scopes;
  private final DraftLength draftLength;

  /**
   * Both states are of one sequence that has decoded nothing yet, over the same ids and one start
   * token; they are closed with this decoder.
   *
   * @param draftCost time of a step of the small model, as a share of one of the large model
   * @param scopes makes scopes for arrays
   */
  public SpeculativeDecoder(
      RewindableState drafter,
      RewindableState verifier,
      double draftCost,
      Supplier<NDManager> scopes) {
    if (drafter.size() != 1 || verifier.size() != 1) {
      throw new IllegalArgumentException(
          "speculation takes states of one sequence, but they have "
              + drafter.size()
              + " and "
              + verifier.size());
    }
    this.drafter = drafter;
    this.verifier = verifier;
    this.draftLength = new DraftLength(draftCost);
    this.scopes = scopes;
  }

  /**
   * {@inheritDoc}
   *
   * @param searches one search of one row, greedy or sampled
   * @throws GenerationFailedException blaming the small model, if it is the one that fails
   * @throws IllegalArgumentException for any other searches
   */
  @Override
  public int decode(TokenSelector selector, List<Search> searches, int mostSteps) {
    Search search = searches.get(0);
    if (searches.size() == 1 && search.rows() == 1) {
      if (search instanceof GreedySearch greedy && greedy.takesRuns()) {
        int[] ids = decodeRun(Math.min(MOST_IDS, greedy.remaining()));
        greedy.append(ids);
        return ids.length;
      }
      if (search instanceof GreedySearch) {
        given(selector, search);
        return 1;
      }
      if (search instanceof SampledSearch sampled) {
        step(selector, sampled);
        return 1;
      }
    }
    throw new IllegalArgumentException(
        "speculation takes one greedy or sampled search of one row, but got "
            + searches.size()
            + ", the first a "
            + search.getClass().getSimpleName()
            + " of "
            + search.rows());
  }

  /**
   * Makes one draft and verifies it, greedily.
   *
   * @param most bounds the draft; the verifier adds one id
   * @return from 1 to {@code most} ids
   */
  int[] decodeRun(int most) {
    if (most == 1) {
      int[] next = verifier.decodeMany(1)[0];
      feed(next[0]);
      return next;
    }
    int[] draft = drafted(Math.min(most - 1, draftLength.next()));
    // A row that is not finite has no token to verify; any token will do as its draft.
    int[] proposed = Arrays.stream(draft).map(id -> Math.max(id, 0)).toArray();
    Verification made = verified(proposed);
    resume(proposed.length, made.accepted(), made.next());
    draftLength.record(proposed.length, made.accepted());
    return made.ids(proposed);
  }

  /**
   * Makes one draft and verifies it. {@code search} chooses by the scores of the large model only,
   * and takes at least one token.
   */
  private void step(TokenSelector selector, SampledSearch search) {
    int[] draft = drafted(selector, search, Math.min(search.remaining() - 1, draftLength.next()));
    Verification made;
    try (NDManager scope = scopes.get()) {
      made = Verification.by(selector, scope, verifier, search, draft);
    }
    if (search.hasEnded()) {
      return;
    }
    if (draft.length == 0) {
      feed(made.next());
    } else {
      resume(draft.length, made.accepted(), made.next());
      draftLength.record(draft.length, made.accepted());
    }
  }

  /** Makes a step whose token is known before its scores are. */
  private void given(TokenSelector selector, Search search) {
    try (NDManager scope = scopes.get()) {
      NDArray logits = verifier.decodeOne(scope);
      TopTokens top = selector.select(scope, logits, List.of(search));
      int[] token = selector.choice(scope, logits, top, search, 0).tokens();
      verifier.choose(token);
      feed(token[0]);
    }
  }

  /** Drafts the tokens that {@code search} would choose by the small model's scores. */
  private int[] drafted(TokenSelector selector, SampledSearch search, int most) {
    int[] draft = {};
    boolean ended = false;
    while (draft.length < most && !ended) {
      SampledSearch drafting = search.continuedWith(draft);
      int token = blamingTheDrafter(() -> drafted(selector, drafting));
      draft = Arrays.copyOf(draft, draft.length + 1);
      draft[draft.length - 1] = token;
      ended = drafting.hasEnded();
    }
    return draft;
  }

  private int drafted(TokenSelector selector, Search drafting) {
    try (NDManager scope = scopes.get()) {
      NDArray logits = drafter.decodeOne(scope);
      TopTokens top = selector.select(scope, logits, List.of(drafting));
      int[] token = selector.choice(scope, logits, top, drafting, 0).tokens();
      drafter.choose(token);
      return token[0];
    }
  }

  private Verification verified(int[] draft) {
    try (NDManager scope = scopes.get()) {
      return Verification.greedy(scope, verifier, draft);
    }
  }

  /** Rewinds the drafter, which was fed all but the last of its draft, to the accepted tokens. */
  private void resume(int drafted, int accepted, int next) {
    if (accepted == drafted) {
      feed(next);
    } else {
      drafter.rewind(drafted - accepted - 1, next);
    }
  }

  private int[] drafted(int steps) {
    return blamingTheDrafter(() -> drafter.decodeMany(steps)[0]);
  }

  private static <T> T blamingTheDrafter(Supplier<T> work) {
    try {
      return work.get();
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

  /** Empty: the small model makes the drafts. */
  @Override
  public Optional<LookupDraft> draft(List<Search> searches) {
    return Optional.empty();
  }

  @Override
  public Optional<DecoderState> shared() {
    return Optional.empty();
  }

  @Override
  public void close() {
    try (drafter) {
      verifier.close();
    }
  }
}
