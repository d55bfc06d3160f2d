package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Fixture;
import io.l2s.NativeHandles;
import io.l2s.OnEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * States under test, and how their sequences compare with ones that have a state to themselves.
 *
 * <p>Sequences are named by numbers. A number stands for a prompt and for a script of tokens that
 * {@link #force} chooses, so that near ties between the best tokens cannot part equal sequences.
 */
abstract class ScriptedStates extends OnEngine {

  /** Ids that every vocabulary of the fixtures has; lengths differ. */
  private static final List<int[]> PROMPTS =
      List.of(
          new int[] {40, 41, 42, 43, 44, 45, 46, 1},
          new int[] {70, 71, 72},
          new int[] {80, 99, 81, 98, 82, 97, 83, 96, 84, 95, 85, 94, 86, 93, 87, 92});

  private static final float TOLERANCE = 1e-4f;

  /**
   * A state that has decoded nothing yet, of one sequence for each prompt.
   *
   * @param scope takes the arrays that the state does not keep
   */
  protected abstract DecoderState prefill(NDManager scope, TokenBatch prompts);

  /** Size of the vocabulary whose ids decoding yields, at least 100. */
  protected abstract int vocabularySize();

  protected abstract int endOfSequence();

  /** Whether the state can take tokens back. */
  protected boolean takesTokensBack() {
    return false;
  }

  /** Resources of the engine that are in use; closing a state gives its own back. */
  protected int heldResources(NDManager scope) {
    return NativeHandles.count(scope);
  }

  protected interface Work {
    void with(NDManager scope);
  }

  protected static void onNativeThread(Work work) {
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            work.with(scope);
          }
          return null;
        });
  }

  protected final DecoderState start(NDManager scope, int... sequences) {
    return prefill(scope, new TokenBatch(IntStream.of(sequences).mapToObj(PROMPTS::get).toList()));
  }

  /** The scripts' tokens of a step. */
  protected final int[] tokens(int step, int... sequences) {
    return IntStream.of(sequences)
        .map(sequence -> 3 + (step * 37 + sequence * 11) % (Math.min(vocabularySize(), 500) - 3))
        .toArray();
  }

  /** Logits of each row after the last of the given steps, at which the scripts' tokens go in. */
  protected final float[][] force(DecoderState state, int from, int steps, int... sequences) {
    float[][] rows = new float[sequences.length][];
    for (int step = from; step < from + steps; step++) {
      try (NDManager scope = runtime.newScope()) {
        NDArray logits = state.decodeOne(scope);
        for (int row = 0; row < rows.length; row++) {
          rows[row] = logits.get(row).toFloatArray();
        }
        state.choose(tokens(step, sequences));
      }
    }
    return rows;
  }

  /**
   * Logits of a sequence that shares its state with no other, after the steps before {@code to}.
   */
  protected final float[] alone(NDManager scope, int sequence, int from, int to) {
    try (DecoderState state = start(scope, sequence)) {
      return force(state, from, to - from, sequence)[0];
    }
  }

  protected final void assertAlone(
      NDManager scope, float[][] rows, int from, int to, int... sequences) {
    for (int row = 0; row < sequences.length; row++) {
      assertSame(rows[row], alone(scope, sequences[row], from, to));
    }
  }

  protected static void assertSame(float[] actual, float[] expected) {
    assertThat(Fixture.largestDifference(actual, expected)).isLessThan(TOLERANCE);
  }

  /** Ids of each row, decoded in several calls. */
  protected final List<List<Integer>> decode(DecoderState state, int... calls) {
    List<List<Integer>> ids = new ArrayList<>();
    for (int row = 0; row < state.size(); row++) {
      ids.add(new ArrayList<>());
    }
    for (int steps : calls) {
      int[][] made = state.decodeMany(steps);
      assertThat(made).hasNumberOfRows(ids.size());
      for (int row = 0; row < made.length; row++) {
        IntStream.of(made[row]).forEach(ids.get(row)::add);
        assertThat(made[row]).hasSizeBetween(1, steps);
      }
      if (IntStream.range(0, made.length).anyMatch(row -> made[row].length < steps)) {
        assertThat(ids).allMatch(row -> row.contains(endOfSequence()));
        return ids;
      }
    }
    return ids;
  }

  /** Each id is the best of its step, up to the end of its sequence. */
  protected final void assertGreedy(NDManager scope, List<List<Integer>> ids, int... sequences) {
    for (int row = 0; row < sequences.length; row++) {
      try (DecoderState state = start(scope, sequences[row])) {
        for (int id : ids.get(row)) {
          try (NDManager temporary = runtime.newScope()) {
            float[] logits = state.decodeOne(temporary).toFloatArray();
            assertThat(id).isBetween(0, vocabularySize() - 1);
            assertThat(best(logits) - logits[id]).isLessThan((float) Fixture.NOISE);
          }
          state.choose(new int[] {id});
          if (id == endOfSequence()) {
            break;
          }
        }
      }
    }
  }

  private static float best(float[] logits) {
    float best = Float.NEGATIVE_INFINITY;
    for (float each : logits) {
      best = Math.max(best, each);
    }
    return best;
  }
}
