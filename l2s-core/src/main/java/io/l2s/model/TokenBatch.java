package io.l2s.model;

import java.util.Arrays;
import java.util.List;

/**
 * Token ids of several prompts, of unequal lengths.
 *
 * @param ids one row a prompt; no row is empty
 */
public record TokenBatch(List<int[]> ids) {

  public TokenBatch {
    ids = List.copyOf(ids);
    if (ids.isEmpty() || ids.stream().anyMatch(row -> row.length == 0)) {
      throw new IllegalArgumentException("a token batch needs at least one row and no empty row");
    }
  }

  public static TokenBatch of(int[]... rows) {
    return new TokenBatch(List.of(rows));
  }

  /** Number of prompts. */
  public int size() {
    return ids.size();
  }

  /** Tokens of the longest prompt. */
  public int maxLength() {
    return ids.stream().mapToInt(row -> row.length).max().orElseThrow();
  }

  public int[] lengths() {
    return ids.stream().mapToInt(row -> row.length).toArray();
  }

  /** The ids row after row, each row filled up to {@link #maxLength} with {@code pad}. */
  public long[] padded(int pad) {
    int width = maxLength();
    long[] flat = new long[size() * width];
    Arrays.fill(flat, pad);
    for (int row = 0; row < size(); row++) {
      int[] source = ids.get(row);
      for (int i = 0; i < source.length; i++) {
        flat[row * width + i] = source[i];
      }
    }
    return flat;
  }
}
