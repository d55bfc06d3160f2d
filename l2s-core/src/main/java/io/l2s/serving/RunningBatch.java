package io.l2s.serving;

import io.l2s.L2sException;
import io.l2s.decoding.GreedyAnswer;
import io.l2s.model.DecoderState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Generations that decode together, one row of the decoder's state each. Native thread only. */
final class RunningBatch {

  private final DecoderState state;
  private List<Generation> rows;

  RunningBatch(DecoderState state, List<Generation> rows) {
    this.state = state;
    this.rows = List.copyOf(rows);
  }

  int size() {
    return rows.size();
  }

  /** One native call: decodes at most {@code mostSteps} ids of every row and hands them out. */
  void decode(int mostSteps) {
    List<GreedyAnswer> answers = rows.stream().map(Generation::answer).toList();
    long from = rows.get(0).stopwatch().elapsed();
    int[][] decoded = state.decode(GreedyAnswer.steps(answers, mostSteps));
    long nanos = rows.get(0).stopwatch().elapsed() - from;
    requireProgress(decoded);
    for (int row = 0; row < rows.size(); row++) {
      rows.get(row).stopwatch().addDecode(nanos);
      rows.get(row).accept(decoded[row]);
    }
  }

  private void requireProgress(int[][] decoded) {
    if (decoded.length != rows.size()) {
      throw new IllegalStateException(
          "a decode call must return " + rows.size() + " rows, but returned " + decoded.length);
    }
    for (int[] row : decoded) {
      if (row.length == 0) {
        throw new IllegalStateException("a decode call must return at least one id a row");
      }
    }
  }

  /** Ends what was cancelled or is late, and drops the rows of all that have ended. */
  void dropEnded() {
    List<Generation> going = new ArrayList<>(rows);
    going.removeIf(Generation::endIfDue);
    if (going.size() == rows.size()) {
      return;
    }
    if (!going.isEmpty()) {
      List<Generation> before = rows;
      state.keep(
          IntStream.range(0, before.size()).filter(row -> !before.get(row).hasEnded()).toArray());
    }
    rows = List.copyOf(going);
  }

  /** Ends all rows because a native call on them failed. */
  void fail(Throwable cause) {
    rows.forEach(row -> row.fail(Failures.of(row.path().component(), cause)));
  }

  /** Ends all rows with {@code failure}. */
  void end(L2sException failure) {
    rows.forEach(row -> row.fail(failure));
  }

  void close() {
    state.close();
  }
}
