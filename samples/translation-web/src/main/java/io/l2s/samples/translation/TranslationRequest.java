package io.l2s.samples.translation;

import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.PromptTooLongException;
import io.l2s.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A client's wishes; the model's defaults stand for those that are absent.
 *
 * @param text at most {@value #MAX_CHARACTERS} characters
 * @param language the language to translate into
 * @param route who is to answer
 * @param maxNewTokens the most tokens of a sentence's translation
 * @param numBeams beams of a beam search, which goes without temperature and seed
 * @param temperature above 0: tokens are drawn at random
 * @param seed fixes what is drawn
 */
record TranslationRequest(
    @Nullable String text,
    @Nullable String language,
    @Nullable String route,
    @Nullable Integer maxNewTokens,
    @Nullable Integer numBeams,
    @Nullable Double temperature,
    @Nullable Long seed) {

  static final int MAX_CHARACTERS = 5_000;

  /** The sentences of the text. */
  List<Sentence> sentences() {
    if (text == null || text.isBlank()) {
      throw new InvalidRequestException("text", "a text to translate", "empty");
    }
    if (text.length() > MAX_CHARACTERS) {
      throw new TextRefusedException(
          new PromptTooLongException("characters", MAX_CHARACTERS, text.length()));
    }
    return Sentence.split(text);
  }

  /** The settings as a request, whose prompt is {@code source} in the model's template. */
  GenerationRequest toModel(HybridLanguageModel model, String source) {
    GenerationRequest request =
        GenerationRequest.of(model.promptFor(source)).withOptions(options());
    if (route != null) {
      request = request.withRoute(route(model));
    }
    return maxNewTokens == null ? request : request.withMaxNewTokens(maxNewTokens);
  }

  private GenerationOptions options() {
    GenerationOptions.Builder options = GenerationOptions.builder();
    if (numBeams != null) {
      options.numBeams(numBeams);
    }
    if (temperature != null) {
      options.temperature(temperature);
    }
    if (seed != null) {
      options.seed(seed);
    }
    return options.build();
  }

  private Route route(HybridLanguageModel model) {
    String wanted = String.valueOf(route).toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(Route.values())
        .filter(each -> each.name().equals(wanted))
        .findFirst()
        .orElseThrow(() -> new InvalidRequestException("route", "one of " + model.routes(), route));
  }
}
