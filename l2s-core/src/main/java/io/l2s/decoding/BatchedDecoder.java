package io.l2s.decoding;

import ai.djl.ndarray.NDManager;
import io.l2s.model.DecoderState;
import io.l2s.model.RewindableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decodes all sequences of one state together. A sequence that is by itself takes the drafts of its
 * search; beside others it makes steps with them, which gains more. Native thread only.
 */
public final class BatchedDecoder implements BatchDecoder {

  private static final int[] NO_DRAFT = {};

  private final DecoderState state;

  /**
   * @param state closed with this decoder
   */
  public BatchedDecoder(DecoderState state) {
    this.state = state;
  }

  @Override
  public int decode(TokenSelector selector, List<Search> searches, int mostSteps) {
    int[] draft = draft(searches);
    if (draft.length > 0) {
      verify(selector, searches.get(0), draft);
      return 0;
    }
    List<GreedySearch> runs = takingRuns(searches);
    if (runs.size() < searches.size()) {
      selector.step(state, searches);
      return 1;
    }
    return decodeRuns(runs, mostSteps);
  }

  @Override
  public boolean hasDraft(List<Search> searches) {
    return draft(searches).length > 0;
  }

  /** The draft of a search that is by itself, if the state takes tokens back. */
  private int[] draft(List<Search> searches) {
    return searches.size() == 1 && state.asRewindable().isPresent()
        ? searches.get(0).draft()
        : NO_DRAFT;
  }

  private void verify(TokenSelector selector, Search search, int[] draft) {
    RewindableState verifier = state.asRewindable().orElseThrow();
    try (NDManager scope = selector.newScope()) {
      Verification made = verified(selector, scope, verifier, search, draft);
      search.draftVerified(draft.length, made.accepted());
    }
  }

  private static Verification verified(
      TokenSelector selector,
      NDManager scope,
      RewindableState verifier,
      Search search,
      int[] draft) {
    if (search instanceof GreedySearch greedy) {
      Verification made = Verification.greedy(scope, verifier, draft);
      greedy.append(made.ids(draft));
      return made;
    }
    return Verification.by(selector, scope, verifier, (SampledSearch) search, draft);
  }

  private static List<GreedySearch> takingRuns(List<Search> searches) {
    List<GreedySearch> runs = new ArrayList<>(searches.size());
    for (Search search : searches) {
      if (search instanceof GreedySearch greedy && greedy.takesRuns()) {
        runs.add(greedy);
      }
    }
    return runs;
  }

  private int decodeRuns(List<GreedySearch> searches, int mostSteps) {
    int steps = mostSteps;
    for (GreedySearch search : searches) {
      steps = Math.min(steps, search.remaining());
    }
    int[][] decoded = state.decodeMany(steps); // [rows, up to steps]
    requireProgress(decoded, searches.size());
    for (int row = 0; row < decoded.length; row++) {
      searches.get(row).append(decoded[row]);
    }
    return decoded[0].length;
  }

  private static void requireProgress(int[][] decoded, int rows) {
    if (decoded.length != rows) {
      throw new IllegalStateException(
          "a decode call must return " + rows + " rows, but returned " + decoded.length);
    }
    for (int[] row : decoded) {
      if (row.length == 0) {
        throw new IllegalStateException("a decode call must return at least one id a row");
      }
    }
  }

  @Override
  public Optional<DecoderState> shared() {
    return Optional.of(state);
  }

  @Override
  public void close() {
    state.close();
  }
}
