package io.l2s;

/**
 * A model's present load, and counts since it was loaded.
 *
 * @param waiting requests in the queue
 * @param decoding sequences in the running batches
 * @param decodeCalls native calls that made decode steps for one running batch
 * @param decodedSequences sequences of these calls, so that {@code decodedSequences / decodeCalls}
 *     is the mean batch
 */
public record ServingStatistics(
    int waiting, int decoding, long decodeCalls, long decodedSequences) {

  /** The statistics of a model that keeps none. */
  public static final ServingStatistics NONE = new ServingStatistics(0, 0, 0, 0);

  /** The same load, with the counts of {@code former}, the model before this one, added. */
  public ServingStatistics after(ServingStatistics former) {
    return new ServingStatistics(
        waiting,
        decoding,
        decodeCalls + former.decodeCalls,
        decodedSequences + former.decodedSequences);
  }
}
