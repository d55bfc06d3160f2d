package io.l2s.samples.translation;

import io.l2s.Usage;
import java.util.List;

/**
 * The translation of a text.
 *
 * @param text the translated sentences with the blanks and line breaks of the source
 * @param usage the tokens of all sentences
 * @param timings the times of all sentences, which were translated one after the other
 */
record Translation(
    String text, List<TranslatedSentence> sentences, Usage usage, Milliseconds timings) {

  static Translation of(List<TranslatedSentence> sentences) {
    StringBuilder text = new StringBuilder();
    sentences.forEach(each -> text.append(each.text()).append(each.after()));
    return new Translation(
        text.toString(),
        List.copyOf(sentences),
        sentences.stream().map(TranslatedSentence::usage).reduce(new Usage(0, 0), Translation::sum),
        sentences.stream()
            .map(TranslatedSentence::timings)
            .reduce(Milliseconds::plus)
            .orElseThrow());
  }

  private static Usage sum(Usage one, Usage other) {
    return new Usage(
        one.promptTokens() + other.promptTokens(), one.generatedTokens() + other.generatedTokens());
  }
}
