package io.l2s.evaluation;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Longest common subsequences of words, as {@code rouge_scorer} of rouge-score 0.1.2 finds them,
 * with one hypothesis.
 *
 * <p>The table of lengths is computed a row at a time, 64 columns at once; a row is the set of
 * columns where the length grows by one. This takes <i>nm</i>/64 steps for <i>n</i> words against
 * <i>m</i>. Only every √<i>n</i>th row is kept, and the rows between are computed again.
 *
 * <p>Hyyrö, "Bit-Parallel LCS-length Computation Revisited", 2004.
 */
final class CommonSubsequence {

  private final int columns;
  private final int longs;
  private final Map<String, Columns> columnsOf = new HashMap<>();

  CommonSubsequence(List<String> hypothesis) {
    columns = hypothesis.size();
    longs = (columns + Long.SIZE - 1) / Long.SIZE;
    Map<String, BitSet> positions = new HashMap<>();
    for (int j = 0; j < columns; j++) {
      positions.computeIfAbsent(hypothesis.get(j), word -> new BitSet()).set(j);
    }
    positions.forEach((word, at) -> columnsOf.put(word, Columns.of(at, longs)));
  }

  /**
   * The places of a word in the hypothesis. Rare words have lists of places, since a set of bits
   * for each would take the square of the hypothesis's length. Frequent words have sets of bits;
   * there are fewer than 64 of them.
   */
  private sealed interface Columns {

    static Columns of(BitSet at, int longs) {
      return at.cardinality() > longs
          ? new Bits(Arrays.copyOf(at.toLongArray(), longs))
          : new Places(at.stream().toArray());
    }
  }

  private record Places(int[] places) implements Columns {}

  private record Bits(long[] bits) implements Columns {}

  /**
   * How many words the reference's sentences have in common with the hypothesis, counting no word
   * more often than it occurs on either side.
   */
  static int matches(List<List<String>> reference, List<List<String>> hypothesis) {
    if (reference.size() == 1 && hypothesis.size() == 1) {
      return new CommonSubsequence(hypothesis.get(0)).length(reference.get(0));
    }
    List<CommonSubsequence> others = hypothesis.stream().map(CommonSubsequence::new).toList();
    Map<String, Integer> left = counts(hypothesis);
    int matches = 0;
    for (List<String> sentence : reference) {
      BitSet union = new BitSet();
      others.forEach(other -> union.or(other.indices(sentence)));
      for (int i = union.nextSetBit(0); i >= 0; i = union.nextSetBit(i + 1)) {
        if (left.merge(sentence.get(i), -1, Integer::sum) >= 0) {
          matches++;
        }
      }
    }
    return matches;
  }

  private static Map<String, Integer> counts(List<List<String>> sentences) {
    Map<String, Integer> counts = new HashMap<>();
    sentences.forEach(words -> words.forEach(word -> counts.merge(word, 1, Integer::sum)));
    return counts;
  }

  /** The number of words in a longest subsequence that {@code reference} also has. */
  int length(List<String> reference) {
    long[] row = new long[longs];
    long[] word = new long[longs];
    for (String next : reference) {
      advance(row, next, word);
    }
    return length(row, columns);
  }

  /** The indices in {@code reference} of one longest subsequence that both have. */
  BitSet indices(List<String> reference) {
    return new Walk(reference).indices();
  }

  /**
   * Turns a row of the table into the next one.
   *
   * @param scratch as long as the row, all 0 before and after
   */
  private void advance(long[] row, String word, long[] scratch) {
    Columns here = columnsOf.get(word);
    if (here instanceof Bits frequent) {
      advance(row, frequent.bits());
    } else if (here instanceof Places rare) {
      advance(row, rare.places(), scratch);
    }
  }

  private static void advance(long[] row, int[] places, long[] scratch) {
    for (int column : places) {
      scratch[column / Long.SIZE] |= 1L << column;
    }
    advance(row, scratch);
    for (int column : places) {
      scratch[column / Long.SIZE] = 0;
    }
  }

  // The row is the complement of Hyyrö's V. Additions treat V as one long number.
  private static void advance(long[] row, long[] word) {
    long carry = 0;
    for (int k = 0; k < row.length; k++) {
      long v = ~row[k];
      long u = v & word[k];
      long sum = v + u + carry;
      carry = ((v & u) | ((v | u) & ~sum)) >>> (Long.SIZE - 1);
      row[k] = ~(sum | (v & ~u));
    }
  }

  /** The length in the table, {@code column} columns from the left. */
  private static int length(long[] row, int column) {
    int length = 0;
    int whole = column / Long.SIZE;
    for (int k = 0; k < whole; k++) {
      length += Long.bitCount(row[k]);
    }
    int rest = column % Long.SIZE;
    return rest == 0 ? length : length + Long.bitCount(row[whole] & ((1L << rest) - 1));
  }

  /** The way back through the table from its last corner. */
  private final class Walk {

    private final List<String> reference;
    private final int stride;
    private final long[][] kept;
    private final long[][] block;
    private int blockStart;

    Walk(List<String> reference) {
      this.reference = reference;
      this.stride = (int) Math.ceil(Math.sqrt(reference.size() + 1.0));
      this.kept = new long[reference.size() / stride + 1][];
      this.block = new long[stride][];
      long[] row = new long[longs];
      long[] scratch = new long[longs];
      for (int i = 0; i <= reference.size(); i++) {
        if (i > 0) {
          advance(row, reference.get(i - 1), scratch);
        }
        if (i % stride == 0) {
          kept[i / stride] = row.clone();
        }
      }
      fill(reference.size() / stride);
    }

    private void fill(int number) {
      blockStart = number * stride;
      long[] row = kept[number].clone();
      long[] scratch = new long[longs];
      for (int i = 0; i < stride && blockStart + i <= reference.size(); i++) {
        if (i > 0) {
          advance(row, reference.get(blockStart + i - 1), scratch);
        }
        block[i] = row.clone();
      }
    }

    private long[] row(int i) {
      if (i < blockStart) {
        fill(i / stride);
      }
      return block[i - blockStart];
    }

    BitSet indices() {
      BitSet indices = new BitSet(reference.size());
      int j = columns;
      for (int i = reference.size(); i > 0 && j > 0; i--) {
        long[] row = row(i);
        int here = length(row, j);
        long[] above = row(i - 1);
        int up = length(above, j);
        String word = reference.get(i - 1);
        // It moves left while the word differs and only that keeps the length.
        while (j > 0 && !isAt(word, j - 1) && here > up) {
          j--;
          here -= bit(row, j);
          up -= bit(above, j);
        }
        if (j > 0 && isAt(word, j - 1)) {
          indices.set(i - 1);
          j--;
        }
      }
      return indices;
    }

    private boolean isAt(String word, int column) {
      Columns at = columnsOf.get(word);
      return at instanceof Bits frequent && bit(frequent.bits(), column) == 1
          || at instanceof Places rare && Arrays.binarySearch(rare.places(), column) >= 0;
    }

    private static int bit(long[] bits, int column) {
      return (int) (bits[column / Long.SIZE] >>> column) & 1;
    }
  }
}
