package io.l2s.serving;

import io.l2s.decoding.BatchDecoder;
import io.l2s.decoding.LookupDraft;
import io.l2s.decoding.Search;
import io.l2s.decoding.TokenSelector;
import io.l2s.model.DecoderState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Generations of one route that decode together. Each owns {@link Generation#rows} rows of the
 * decoder's state, side by side, in the order of the generations. Native thread only.
 */
final class RunningBatch {

  private final RoutePath path;
  private final boolean open;
  private final BatchDecoder decoder;
  private final ServiceTimes times;
  private List<Generation> generations;

  /**
   * @param generations of one route, at least one
   */
  RunningBatch(BatchDecoder decoder, List<Generation> generations, ServiceTimes times) {
    Generation first = generations.get(0);
    this.path = first.path();
    this.open = path.batched() && first.joinsOthers();
    this.decoder = decoder;
    this.times = times;
    this.generations = List.copyOf(generations);
  }

  RoutePath path() {
    return path;
  }

  /** Whether {@code newcomer} may join. */
  boolean takes(Generation newcomer) {
    return open && newcomer.joinsOthers() && path == newcomer.path();
  }

  /** In the order of their rows. */
  List<Generation> generations() {
    return generations;
  }

  boolean isEmpty() {
    return generations.isEmpty();
  }

  /**
   * Takes newcomers in, behind its own generations; if that fails, it continues without them.
   *
   * @param fresh the decoder that they were prefilled for, which is closed
   */
  void append(BatchDecoder fresh, List<Generation> newcomers) {
    rowsOf(decoder).append(rowsOf(fresh));
    List<Generation> all = new ArrayList<>(generations);
    all.addAll(newcomers);
    generations = List.copyOf(all);
  }

  private static DecoderState rowsOf(BatchDecoder decoder) {
    return decoder.shared().orElseThrow();
  }

  /** Rows of all its generations. */
  int rows() {
    return generations.stream().mapToInt(Generation::rows).sum();
  }

  /** Tokens of its longest sequence, prompt and answer so far. */
  int length() {
    return generations.stream().mapToInt(Generation::length).max().orElse(0);
  }

  /** A draft of prompt lookup that may be verified in place of the next decode call. */
  Optional<LookupDraft> draft() {
    return decoder.draft(searches());
  }

  /** Verifies its {@link #draft} and sends the text that is settled after it. */
  void verify(TokenSelector selector, LookupDraft draft) {
    Stopwatch clock = clock();
    long from = clock.elapsed();
    int tokens = answerTokens();
    draft.verify(selector);
    advance(answerTokens() - tokens, clock.elapsed() - from);
  }

  /**
   * Makes one decode call and sends the text that is settled after it.
   *
   * @return nanoseconds of each of its steps
   */
  long decode(TokenSelector selector, int mostSteps) {
    Stopwatch clock = clock();
    long from = clock.elapsed();
    int tokens = answerTokens();
    int steps = decoder.decode(selector, searches(), mostSteps);
    long nanos = clock.elapsed() - from;
    advance(answerTokens() - tokens, nanos);
    return nanos / steps;
  }

  private Stopwatch clock() {
    return generations.get(0).stopwatch();
  }

  private List<Search> searches() {
    return generations.stream().map(Generation::search).toList();
  }

  private int answerTokens() {
    return generations.stream().mapToInt(Generation::answerTokens).sum();
  }

  private void advance(int tokens, long nanos) {
    times.decoded(path.route(), generations.size(), tokens, nanos);
    for (Generation generation : generations) {
      generation.stopwatch().addDecode(nanos);
      generation.advance();
    }
  }

  /** Ends cancelled and late generations, and gives up the rows of all that have ended. */
  void dropEnded() {
    boolean[] leaves = new boolean[generations.size()];
    int leaving = 0;
    for (int i = 0; i < leaves.length; i++) {
      Generation each = generations.get(i);
      leaves[i] = each.endIfDue();
      if (leaves[i]) {
        leaving++;
        times.answered(path.route(), each.answerTokens());
      }
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
    rowsOf(decoder).reorder(order.rows());
    generations = order.generations().stream().map(generations::get).toList();
  }

  void close() {
    decoder.close();
  }
}
