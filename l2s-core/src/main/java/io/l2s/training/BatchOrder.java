package io.l2s.training;

import java.util.List;

/** All batches of a training one after the other, epoch after epoch. One thread. */
final class BatchOrder {

  private final PairData pairs;
  private final TrainingOptions options;
  private List<List<Integer>> epoch;
  private int number;
  private long first;

  BatchOrder(PairData pairs, TrainingOptions options) {
    this.pairs = pairs;
    this.options = options;
    this.epoch = pairs.shuffledBatches(options, 0);
  }

  /**
   * The rows of a batch.
   *
   * @param index number of the batch, from 0; never below that of an earlier call
   */
  List<Integer> batch(long index) {
    while (index >= first + epoch.size()) {
      first += epoch.size();
      number++;
      epoch = pairs.shuffledBatches(options, number);
    }
    return epoch.get((int) (index - first));
  }
}
