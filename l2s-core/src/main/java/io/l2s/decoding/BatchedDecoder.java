package io.l2s.decoding;

import io.l2s.model.DecoderState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decodes all sequences of one state together. A search that is by itself may have drafts; beside
 * others it makes steps with them, which gains more. Native thread only.
 */
public final class BatchedDecoder implements BatchDecoder {

  private final DecoderState state;

  /**
   * @param state closed with this decoder
   */
  public BatchedDecoder(DecoderState state) {
    this.state = state;
  }

  @Override
  public Optional<LookupDraft> draft(List<Search> searches) {
    return searches.size() == 1
        ? state.asRewindable().flatMap(verifier -> LookupDraft.of(searches.get(0), verifier))
        : Optional.empty();
  }

  @Override
  public int decode(TokenSelector selector, List<Search> searches, int mostSteps) {
    List<GreedySearch> runs = takingRuns(searches);
    if (runs.size() < searches.size()) {
      selector.step(state, searches);
      return 1;
    }
    return decodeRuns(runs, mostSteps);
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
