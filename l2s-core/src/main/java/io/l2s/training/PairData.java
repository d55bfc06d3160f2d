package io.l2s.training;

import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Tokenised training pairs.
 *
 * @param prompts prompt ids, one row a pair
 * @param targets target ids that end in the end-of-sequence token, one row a pair
 */
public record PairData(List<int[]> prompts, List<int[]> targets) {

  // Batches are cut from this many batches' worth of shuffled pairs, sorted by length.
  private static final int BUCKET = 50;

  public PairData {
    if (prompts.size() != targets.size()) {
      throw new IllegalArgumentException("as many targets as prompts are needed");
    }
    prompts = List.copyOf(prompts);
    targets = List.copyOf(targets);
  }

  public int size() {
    return prompts.size();
  }

  TokenBatch promptBatch(List<Integer> rows) {
    return new TokenBatch(rows.stream().map(prompts::get).toList());
  }

  TokenBatch targetBatch(List<Integer> rows) {
    return new TokenBatch(rows.stream().map(targets::get).toList());
  }

  /** All pairs in batches of similar lengths, in an order that seed and epoch alone decide. */
  List<List<Integer>> shuffledBatches(int batchSize, long seed, int epoch) {
    Random random = new Random(seed * 1_000_003L + epoch);
    List<Integer> order = indices();
    Collections.shuffle(order, random);
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < order.size(); from += batchSize * BUCKET) {
      int to = Math.min(order.size(), from + batchSize * BUCKET);
      List<List<Integer>> bucket = byLength(order.subList(from, to), batchSize);
      Collections.shuffle(bucket, random);
      batches.addAll(bucket);
    }
    return batches;
  }

  /** All pairs in batches of similar lengths. */
  List<List<Integer>> batches(int batchSize) {
    return byLength(indices(), batchSize);
  }

  private List<Integer> indices() {
    List<Integer> order = new ArrayList<>(size());
    for (int i = 0; i < size(); i++) {
      order.add(i);
    }
    return order;
  }

  private List<List<Integer>> byLength(List<Integer> rows, int batchSize) {
    List<Integer> sorted = new ArrayList<>(rows);
    sorted.sort(
        Comparator.<Integer>comparingInt(row -> targets.get(row).length)
            .thenComparingInt(row -> prompts.get(row).length));
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < sorted.size(); from += batchSize) {
      batches.add(sorted.subList(from, Math.min(sorted.size(), from + batchSize)));
    }
    return batches;
  }
}
