package io.l2s.samples.translation;

import io.l2s.GenerationOptions;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds the likeliest translations of a sentence by a beam search. */
@Component
class Alternatives {

  private static final int BEAMS = 4;

  private static final GenerationOptions OPTIONS =
      GenerationOptions.builder().numBeams(BEAMS).numReturnSequences(BEAMS).logprobs(true).build();

  private final Languages languages;

  Alternatives(Languages languages) {
    this.languages = languages;
  }

  /** A sentence; language and route have the model's defaults. */
  record Wanted(@Nullable String text, @Nullable String language, @Nullable String route) {

    TranslationRequest request() {
      return new TranslationRequest(text, language, route, null, null, null, null);
    }
  }

  /**
   * @throws InvalidRequestException if the text has more than one sentence, or as for translations
   */
  Mono<List<Alternative>> of(Wanted wanted) {
    TranslationRequest request = wanted.request();
    List<Sentence> sentences = request.sentences();
    if (sentences.size() > 1) {
      throw new InvalidRequestException("text", "one sentence", sentences.size() + " sentences");
    }
    HybridLanguageModel model = languages.find(wanted.language()).model();
    return Mono.fromFuture(
            () ->
                model.generateAsync(
                    request.toModel(model, sentences.get(0).text()).withOptions(OPTIONS)))
        .onErrorMap(TextRefusedException::of)
        .map(result -> result.candidates().stream().map(Alternative::of).toList());
  }
}
