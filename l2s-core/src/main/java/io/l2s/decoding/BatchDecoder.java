package io.l2s.decoding;

import io.l2s.model.DecoderState;
import java.util.List;
import java.util.Optional;

/**
 * Decodes the sequences of one running batch, call by call, and feeds their searches. Native thread
 * only; closing frees the caches.
 */
public sealed interface BatchDecoder extends AutoCloseable
    permits BatchedDecoder, SpeculativeDecoder {

  /**
   * Makes one decode call. Searches that take runs of ids get several ids from it; where one of
   * them chooses token by token, it is a single step in which each search chooses.
   *
   * @param searches in the order of their rows, which are all rows of the batch
   * @param mostSteps most steps of a call that several sequences share, at least 1; a draft has a
   *     bound of its own
   * @return steps that the call made; 0 if a draft of prompt lookup was verified, so that its time
   *     is no step's
   */
  int decode(TokenSelector selector, List<Search> searches, int mostSteps);

  /** Whether the next call verifies a draft of prompt lookup and makes no steps. */
  boolean hasDraft(List<Search> searches);

  /**
   * The state whose rows sequences join and leave; it stays this decoder's. Empty where a sequence
   * decodes by itself.
   */
  Optional<DecoderState> shared();

  @Override
  void close();
}
