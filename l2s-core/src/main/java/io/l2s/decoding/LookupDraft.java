package io.l2s.decoding;

import ai.djl.ndarray.NDManager;
import io.l2s.model.RewindableState;
import java.util.Optional;

/**
 * A draft of prompt lookup for the one sequence of a state. It is valid until the sequence decodes
 * another token. Native thread only.
 */
public final class LookupDraft {

  private final Search search;
  private final RewindableState verifier;
  private final int[] ids;

  private LookupDraft(Search search, RewindableState verifier, int[] ids) {
    this.search = search;
    this.verifier = verifier;
    this.ids = ids;
  }

  /** The draft of {@code search}; empty where it has none. */
  static Optional<LookupDraft> of(Search search, RewindableState verifier) {
    int[] ids = search.draft();
    return ids.length == 0 ? Optional.empty() : Optional.of(new LookupDraft(search, verifier, ids));
  }

  /**
   * Verifies it in one pass of the model. The search gets the ids that the model would have made
   * itself, and the model's own next one.
   */
  public void verify(TokenSelector selector) {
    try (NDManager scope = selector.newScope()) {
      Verification made = verified(selector, scope);
      search.draftVerified(ids.length, made.accepted());
    }
  }

  private Verification verified(TokenSelector selector, NDManager scope) {
    if (search instanceof GreedySearch greedy) {
      Verification made = Verification.greedy(scope, verifier, ids);
      greedy.append(made.ids(ids));
      return made;
    }
    return Verification.by(selector, scope, verifier, (SampledSearch) search, ids);
  }
}
