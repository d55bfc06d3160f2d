package io.l2s.training;

import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;

/** Tokenized training pairs. Immutable. */
final class PairData {

  // Batches are cut from this many batches' worth of shuffled pairs, sorted by length.
  private static final int BUCKET = 50;

  private final List<int[]> prompts;
  private final List<int[]> targets;
  private final List<Part> parts;

  /**
   * @param prompts prompt ids, one row a pair
   * @param targets target ids that end in the end-of-sequence token, one row a pair
   * @param parts what the pairs consist of, in order
   */
  PairData(List<int[]> prompts, List<int[]> targets, List<Part> parts) {
    if (prompts.size() != targets.size()
        || parts.stream().mapToInt(Part::size).sum() != prompts.size()) {
      throw new IllegalArgumentException("as many targets as prompts are needed, all in parts");
    }
    this.prompts = List.copyOf(prompts);
    this.targets = List.copyOf(targets);
    this.parts = List.copyOf(parts);
  }

  /** Pairs that are each seen once an epoch. */
  PairData(List<int[]> prompts, List<int[]> targets) {
    this(prompts, targets, List.of(new Part(prompts.size(), 1)));
  }

  /**
   * Pairs that belong together, as those of one file.
   *
   * @param weight how often an epoch sees each of them on average, greater than 0; it sees at least
   *     one of them
   */
  record Part(int size, double weight) {}

  int size() {
    return prompts.size();
  }

  /** All prompts, in order. */
  List<int[]> prompts() {
    return prompts;
  }

  /** All targets, in order. */
  List<int[]> targets() {
    return targets;
  }

  TokenBatch promptBatch(List<Integer> rows) {
    return new TokenBatch(rows.stream().map(prompts::get).toList());
  }

  TokenBatch targetBatch(List<Integer> rows) {
    return new TokenBatch(rows.stream().map(targets::get).toList());
  }

  /** Target tokens of the rows, without padding. */
  int targetTokens(List<Integer> rows) {
    return rows.stream().mapToInt(row -> targets.get(row).length).sum();
  }

  /** An epoch in batches of similar lengths, in an order that seed and epoch alone decide. */
  List<List<Integer>> shuffledBatches(TrainingOptions options, int epoch) {
    Random random = new Random(options.seedOf(epoch));
    List<Integer> order = drawn(random);
    Collections.shuffle(order, random);
    List<List<Integer>> batches = new ArrayList<>();
    int size = options.batchSize();
    long span = (long) size * BUCKET;
    for (long from = 0; from < order.size(); from += span) {
      List<Integer> rows = order.subList((int) from, (int) Math.min(order.size(), from + span));
      List<List<Integer>> bucket = byLength(rows, size, options.batchTokens());
      Collections.shuffle(bucket, random);
      batches.addAll(bucket);
    }
    return batches;
  }

  /** All pairs once, in batches of similar lengths. */
  List<List<Integer>> batches(TrainingOptions options) {
    return byLength(range(0, size()), options.batchSize(), options.batchTokens());
  }

  private List<Integer> drawn(Random random) {
    List<Integer> all = new ArrayList<>();
    int from = 0;
    for (Part part : parts) {
      List<Integer> rows = range(from, from + part.size());
      int whole = (int) part.weight();
      for (int i = 0; i < whole; i++) {
        all.addAll(rows);
      }
      int more = (int) Math.round((part.weight() - whole) * part.size());
      // An epoch of none would never end.
      more = whole == 0 ? Math.max(1, more) : more;
      if (more > 0) {
        Collections.shuffle(rows, random);
        all.addAll(rows.subList(0, more));
      }
      from += part.size();
    }
    return all;
  }

  private static List<Integer> range(int from, int to) {
    List<Integer> rows = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      rows.add(i);
    }
    return rows;
  }

  private List<List<Integer>> byLength(List<Integer> rows, int most, OptionalInt mostTokens) {
    List<Integer> sorted = new ArrayList<>(rows);
    sorted.sort(
        Comparator.<Integer>comparingInt(row -> targets.get(row).length)
            .thenComparingInt(row -> prompts.get(row).length));
    List<List<Integer>> batches = new ArrayList<>();
    int from = 0;
    while (from < sorted.size()) {
      int to = end(sorted, from, most, mostTokens.orElse(Integer.MAX_VALUE));
      batches.add(sorted.subList(from, to));
      from = to;
    }
    return batches;
  }

  private int end(List<Integer> sorted, int from, int most, int mostTokens) {
    int longestPrompt = 0;
    int longestTarget = 0;
    int to = from;
    while (to < sorted.size() && to - from < most) {
      longestPrompt = Math.max(longestPrompt, prompts.get(sorted.get(to)).length);
      longestTarget = Math.max(longestTarget, targets.get(sorted.get(to)).length);
      long tokens = (long) (longestPrompt + longestTarget) * (to - from + 1);
      if (to > from && tokens > mostTokens) {
        return to;
      }
      to++;
    }
    return to;
  }
}
