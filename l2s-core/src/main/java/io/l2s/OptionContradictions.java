package io.l2s;

import java.util.Optional;

/** Refuses options of a generation that contradict each other. */
final class OptionContradictions {

  private OptionContradictions() {}

  /**
   * @throws InvalidRequestException naming an option that contradicts another
   */
  static void refuse(
      Optional<BeamSearch> beamSearch,
      Optional<Sampling> sampling,
      int numReturnSequences,
      Optional<PromptLookup> promptLookup) {
    if (beamSearch.isPresent() && sampling.isPresent()) {
      throw new InvalidRequestException(
          "numBeams",
          "1 where tokens are sampled; choose beams or sampling",
          beamSearch.get().numBeams());
    }
    if (beamSearch.isPresent() && numReturnSequences > beamSearch.get().numBeams()) {
      throw new InvalidRequestException(
          "numReturnSequences",
          "at most numBeams, " + beamSearch.get().numBeams(),
          numReturnSequences,
          "numBeams");
    }
    if (beamSearch.isEmpty() && sampling.isEmpty() && numReturnSequences > 1) {
      throw new InvalidRequestException(
          "numReturnSequences",
          "1 for greedy decoding, which has one answer; set numBeams or doSample",
          numReturnSequences,
          "numBeams",
          "doSample");
    }
    if (promptLookup.filter(PromptLookup::drafts).isPresent()) {
      requireOneSequence("numBeams", beamSearch.map(BeamSearch::numBeams).orElse(1));
      requireOneSequence("numReturnSequences", numReturnSequences);
    }
  }

  private static void requireOneSequence(String field, int value) {
    if (value > 1) {
      throw new InvalidRequestException(
          field,
          "1 beside promptLookupNumTokens, which drafts for one sequence",
          value,
          "promptLookupNumTokens");
    }
  }
}
