package io.l2s.samples.translation;

import io.l2s.Candidate;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One of several translations of a sentence.
 *
 * @param logprob the sum of its tokens' log-probabilities
 * @param score that sum divided by the number of tokens, by which beams are ranked
 */
record Alternative(String text, double logprob, double score, List<Token> tokens) {

  /** A token's text and log-probability. */
  record Token(String text, double logprob) {}

  static Alternative of(Candidate candidate) {
    List<Token> tokens =
        IntStream.range(0, candidate.ids().size())
            .mapToObj(i -> new Token(candidate.tokens().get(i), candidate.logprobs().get(i)))
            .toList();
    return new Alternative(
        candidate.text(),
        tokens.stream().mapToDouble(Token::logprob).sum(),
        candidate.score().orElseThrow(),
        tokens);
  }
}
