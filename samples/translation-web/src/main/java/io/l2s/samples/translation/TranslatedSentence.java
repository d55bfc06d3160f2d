package io.l2s.samples.translation;

import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.GenerationResult;
import io.l2s.Route;
import io.l2s.Usage;
import io.l2s.autoconfigure.web.GenerationProblems;
import org.jspecify.annotations.Nullable;

/**
 * The translation of a sentence, for a client.
 *
 * @param after the blanks and line breaks that follow it
 * @param degradation null where the route asked for has answered
 */
record TranslatedSentence(
    String source,
    String text,
    String after,
    Route route,
    @Nullable Degradation degradation,
    FinishReason finishReason,
    Usage usage,
    Milliseconds timings) {

  /** The result without paths of the server. */
  static TranslatedSentence of(Sentence sentence, GenerationResult result) {
    return new TranslatedSentence(
        sentence.text(),
        result.text(),
        sentence.after(),
        result.route(),
        result.degradation().map(TranslatedSentence::withoutPaths).orElse(null),
        result.finishReason(),
        result.usage(),
        Milliseconds.of(result.timings()));
  }

  private static Degradation withoutPaths(Degradation degradation) {
    return new Degradation(
        degradation.requested(),
        degradation.cause(),
        GenerationProblems.text(degradation.message()),
        degradation.attempts().stream()
            .map(
                each ->
                    new Degradation.Attempt(
                        each.route(), each.cause(), GenerationProblems.text(each.message())))
            .toList());
  }
}
