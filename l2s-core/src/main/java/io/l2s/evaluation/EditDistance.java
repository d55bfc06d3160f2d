package io.l2s.evaluation;

import java.util.Arrays;

/**
 * The edit distance from sequences of one length to one reference, near the diagonal only, with the
 * edits that make it up. Keeps the last sequence's table; not for several threads.
 *
 * <p>Follows {@code BeamEditDistance} of sacrebleu 2.6, its order of preference among equal edits
 * included.
 */
final class EditDistance {

  private static final int BEAM = 25;
  private static final int UNREACHED = 1 << 28;

  /** The edit that leads to a cell. */
  private enum Edit {
    /** The words are the same. */
    KEEP,
    /** One word stands for another. */
    SUBSTITUTE,
    /** The reference has a word more. */
    INSERT,
    /** The hypothesis has a word more. */
    DELETE
  }

  private final int[] reference;
  private final double lengthRatio;
  private final int beam;
  private final int[] hypothesis;
  private final int[][] cost; // [words of the hypothesis][words of the reference]
  private final Edit[][] edit;
  private int validRows = 1;

  EditDistance(int[] reference, int hypothesisLength) {
    this.reference = reference;
    this.lengthRatio = hypothesisLength > 0 ? (double) reference.length / hypothesisLength : 1;
    // The bands of two rows would not overlap with a reference so much longer.
    this.beam = BEAM < lengthRatio / 2 ? (int) Math.ceil(lengthRatio / 2 + BEAM) : BEAM;
    this.hypothesis = new int[hypothesisLength];
    this.cost = new int[hypothesisLength + 1][reference.length + 1];
    this.edit = new Edit[hypothesisLength + 1][reference.length + 1];
    for (int j = 0; j <= reference.length; j++) {
      cost[0][j] = j;
      edit[0][j] = Edit.INSERT;
    }
  }

  /** The least number of edits that turn {@code words} into the reference. */
  int to(int[] words) {
    // A row depends only on the words before it, so the rows of an equal beginning stay.
    int same = Arrays.mismatch(words, hypothesis);
    int from = Math.min(validRows, (same < 0 ? words.length : same) + 1);
    System.arraycopy(words, 0, hypothesis, 0, words.length);
    for (int i = from; i <= words.length; i++) {
      fill(i);
    }
    validRows = words.length + 1;
    return cost[words.length][reference.length];
  }

  private void fill(int i) {
    Arrays.fill(cost[i], UNREACHED);
    Arrays.fill(edit[i], null);
    int diagonal = (int) Math.floor(i * lengthRatio);
    int end =
        i == hypothesis.length
            ? reference.length + 1
            : Math.min(reference.length + 1, diagonal + beam);
    for (int j = Math.max(0, diagonal - beam); j < end; j++) {
      if (j > 0) {
        boolean same = hypothesis[i - 1] == reference[j - 1];
        offer(i, j, cost[i - 1][j - 1] + (same ? 0 : 1), same ? Edit.KEEP : Edit.SUBSTITUTE);
      }
      offer(i, j, cost[i - 1][j] + 1, Edit.DELETE);
      if (j > 0) {
        offer(i, j, cost[i][j - 1] + 1, Edit.INSERT);
      }
    }
  }

  private void offer(int i, int j, int candidate, Edit how) {
    if (candidate < cost[i][j]) {
      cost[i][j] = candidate;
      edit[i][j] = how;
    }
  }

  /** The alignment of the last words with the reference. */
  Alignment alignment() {
    Alignment alignment =
        new Alignment(
            new int[reference.length],
            new boolean[reference.length],
            new boolean[hypothesis.length]);
    int i = hypothesis.length;
    int j = reference.length;
    while (i > 0 || j > 0) {
      Edit how = edit[i][j];
      if (how != Edit.INSERT) {
        i--;
        alignment.hypothesisErrors()[i] = how != Edit.KEEP;
      }
      if (how != Edit.DELETE) {
        j--;
        alignment.referenceErrors()[j] = how != Edit.KEEP;
        alignment.positions()[j] = how == Edit.INSERT ? i - 1 : i;
      }
    }
    return alignment;
  }

  /**
   * Two sequences side by side.
   *
   * @param positions for each word of the reference the aligned word of the hypothesis, or the one
   *     before where none is aligned; -1 before the first
   * @param referenceErrors whether each word of the reference is missing or replaced
   * @param hypothesisErrors whether each word of the hypothesis is superfluous or wrong
   */
  record Alignment(int[] positions, boolean[] referenceErrors, boolean[] hypothesisErrors) {}
}
