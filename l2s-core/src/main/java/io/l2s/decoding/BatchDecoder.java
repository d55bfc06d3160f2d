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
   * Looks for a draft of prompt lookup, which may be verified in place of the next decode call.
   *
   * @param searches in the order of their rows, which are all rows of the batch
   * @return empty where there is none, or where decoding without drafts gains more
   */
  Optional<LookupDraft> draft(List<Search> searches);

  /**
   * Makes one decode call. Searches that take runs of ids get several ids from it; where one of
   * them chooses token by token, it is a single step in which each search chooses.
   *
   * @param searches in the order of their rows, which are all rows of the batch
   * @param mostSteps most steps of a call that several sequences share, at least 1
   * @return steps that the call made, at least 1
   */
  int decode(TokenSelector selector, List<Search> searches, int mostSteps);

  /**
   * The state whose rows sequences join and leave; it stays this decoder's. Empty where a sequence
   * decodes by itself.
   */
  Optional<DecoderState> shared();

  @Override
  void close();
}
