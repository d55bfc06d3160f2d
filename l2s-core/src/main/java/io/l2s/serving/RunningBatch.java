package io.l2s.serving;

import io.l2s.decoding.Search;
import io.l2s.decoding.SpeculativeState;
import io.l2s.decoding.TokenSelector;
import io.l2s.model.DecoderState;
import java.util.ArrayList;
import java.util.List;

/**
 * Generations of one route that decode together. Each owns {@link Generation#rows} rows of the
 * decoder's state, side by side, in the order of the generations. Native thread only.
 */
final class RunningBatch {

  private final RoutePath path;
  private final boolean open;
  private final DecoderState state;
  private List<Generation> generations;

  /**
   * @param open whether others may join
   */
  RunningBatch(RoutePath path, boolean open, DecoderState state, List<Generation> generations) {
    this.path = path;
    this.open = open;
    this.state = state;
    this.generations = List.copyOf(generations);
  }

  RoutePath path() {
    return path;
  }

  boolean takes(RoutePath newcomers) {
    return open && path == newcomers;
  }

  /** In the order of their rows. */
  List<Generation> generations() {
    return generations;
  }

  boolean isEmpty() {
    return generations.isEmpty();
  }

  /**
   * Takes newcomers in, behind its own; if that fails, it goes on without them.
   *
   * @param fresh their prefilled state, which is closed
   */
  void append(DecoderState fresh, List<Generation> newcomers) {
    state.append(fresh);
    List<Generation> all = new ArrayList<>(generations);
    all.addAll(newcomers);
    generations = List.copyOf(all);
  }

  /** Rows of all its generations. */
  int rows() {
    return generations.stream().mapToInt(Generation::rows).sum();
  }

  /**
   * One decode call, or a step where a search must choose; hands out what is settled then.
   *
   * @return nanoseconds of one of its steps
   */
  long decode(TokenSelector selector, int mostSteps) {
    List<Search> searches = generations.stream().map(Generation::search).toList();
    Stopwatch clock = generations.get(0).stopwatch();
    long from = clock.elapsed();
    int steps = 1;
    if (searches.stream().allMatch(Search::isPlainGreedy)) {
      steps = decodeRuns(searches, path.batched() ? mostSteps : SpeculativeState.MOST_IDS);
    } else if (state instanceof SpeculativeState speculative) {
      speculative.step(selector, searches.get(0));
    } else {
      selector.step(state, searches);
    }
    long nanos = clock.elapsed() - from;
    for (Generation generation : generations) {
      generation.stopwatch().addDecode(nanos);
      generation.advance();
    }
    return nanos / steps;
  }

  private int decodeRuns(List<Search> searches, int mostSteps) {
    int steps = searches.stream().mapToInt(Search::remaining).reduce(mostSteps, Math::min);
    int[][] decoded = state.decodeMany(steps);
    requireProgress(decoded);
    for (int row = 0; row < decoded.length; row++) {
      searches.get(row).append(decoded[row]);
    }
    return decoded[0].length;
  }

  private void requireProgress(int[][] decoded) {
    if (decoded.length != rows()) {
      throw new IllegalStateException(
          "a decode call must return " + rows() + " rows, but returned " + decoded.length);
    }
    for (int[] row : decoded) {
      if (row.length == 0) {
        throw new IllegalStateException("a decode call must return at least one id a row");
      }
    }
  }

  /** Ends what was cancelled or is late, and gives up the rows of all that have ended. */
  void dropEnded() {
    boolean[] leaves = new boolean[generations.size()];
    int leaving = 0;
    for (int i = 0; i < leaves.length; i++) {
      leaves[i] = generations.get(i).endIfDue();
      leaving += leaves[i] ? 1 : 0;
    }
    if (leaving == 0) {
      return;
    }
    if (leaving == leaves.length) {
      generations = List.of();
      return;
    }
    int[] counts = generations.stream().mapToInt(Generation::rows).toArray();
    RowOrder order = RowOrder.of(counts, leaves);
    state.reorder(order.rows());
    generations = order.generations().stream().map(generations::get).toList();
  }

  void close() {
    state.close();
  }
}
