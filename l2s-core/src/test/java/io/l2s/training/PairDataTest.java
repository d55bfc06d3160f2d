package io.l2s.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How pairs become batches. */
class PairDataTest {

  private static final TrainingOptions FOUR_AT_ONCE = options().batchSize(4).build();

  @Test
  void anEpochSeesEachPairOnce() {
    List<Integer> rows = flat(pairs(30, 1).shuffledBatches(FOUR_AT_ONCE, 0));
    assertThat(rows).containsExactlyInAnyOrderElementsOf(range(0, 30));
  }

  @Test
  void epochsDifferAndEachIsTheSameAgain() {
    PairData pairs = pairs(30, 1);
    assertThat(pairs.shuffledBatches(FOUR_AT_ONCE, 1))
        .isEqualTo(pairs(30, 1).shuffledBatches(FOUR_AT_ONCE, 1))
        .isNotEqualTo(pairs.shuffledBatches(FOUR_AT_ONCE, 2));
  }

  @Test
  void aFilesWeightSaysHowOftenItsPairsAreSeen() {
    PairData pairs =
        new PairData(
            rows(20), rows(20), List.of(new PairData.Part(10, 2.5), new PairData.Part(10, 0.3)));
    List<Integer> rows = flat(pairs.shuffledBatches(FOUR_AT_ONCE, 0));
    for (int row = 0; row < 10; row++) {
      assertThat(Collections.frequency(rows, row)).isBetween(2, 3);
    }
    assertThat(rows.stream().filter(row -> row < 10)).hasSize(25);
    assertThat(rows.stream().filter(row -> row >= 10)).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void anEpochSeesAtLeastOnePairOfAFileOfAnyWeight() {
    assertThat(flat(pairs(10, 0.001).shuffledBatches(FOUR_AT_ONCE, 0))).hasSize(1);
  }

  @Test
  void aBatchMayBeLargerThanAllPairs() {
    TrainingOptions options = options().batchSize(Integer.MAX_VALUE).build();
    assertThat(pairs(10, 1).shuffledBatches(options, 0)).hasSize(1);
  }

  @Test
  void aTokenBudgetBoundsPaddedBatches() {
    TrainingOptions options = options().batchSize(8).batchTokens(80).build();
    List<List<Integer>> batches = pairs(30, 1).shuffledBatches(options, 0);
    assertThat(flat(batches)).containsExactlyInAnyOrderElementsOf(range(0, 30));
    assertThat(batches).allMatch(batch -> batch.size() <= 8);
    assertThat(batches)
        .allMatch(
            batch -> {
              int longest = batch.stream().mapToInt(PairDataTest::length).max().orElseThrow();
              return batch.size() == 1 || batch.size() * 2 * longest <= 80;
            });
    assertThat(batches).anyMatch(batch -> batch.size() == 1).anyMatch(batch -> batch.size() == 8);
  }

  @Test
  void batchesFollowOneAnotherThroughTheEpochs() {
    PairData pairs = pairs(10, 1);
    BatchOrder order = new BatchOrder(pairs, FOUR_AT_ONCE);
    List<List<Integer>> expected = new ArrayList<>(pairs.shuffledBatches(FOUR_AT_ONCE, 0));
    expected.addAll(pairs.shuffledBatches(FOUR_AT_ONCE, 1));
    for (int i = 0; i < expected.size(); i++) {
      assertThat(order.batch(i)).isEqualTo(expected.get(i));
      assertThat(new BatchOrder(pairs, FOUR_AT_ONCE).batch(i)).isEqualTo(expected.get(i));
    }
  }

  private static TrainingOptions.Builder options() {
    return TrainingOptions.forSteps(1);
  }

  private static PairData pairs(int size, double weight) {
    return new PairData(rows(size), rows(size), List.of(new PairData.Part(size, weight)));
  }

  private static List<int[]> rows(int size) {
    return IntStream.range(0, size).mapToObj(row -> new int[length(row)]).toList();
  }

  private static int length(int row) {
    return 1 + row % 25;
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static List<Integer> flat(List<List<Integer>> batches) {
    return batches.stream().flatMap(List::stream).toList();
  }
}
