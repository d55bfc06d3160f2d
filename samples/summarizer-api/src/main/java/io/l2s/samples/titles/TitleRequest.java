package io.l2s.samples.titles;

import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.Route;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client's wishes for one title; the service's defaults stand for those that are absent.
 *
 * @param text the abstract
 * @param maxTokens the most tokens of the title
 * @param alternatives number of further titles, found by a beam search
 * @param route who is to answer
 */
@Schema(description = "An abstract and how to find its title")
record TitleRequest(
    @Schema(
            description =
                "The abstract. The model reads its first words; the answer says how many.",
            requiredMode = Schema.RequiredMode.REQUIRED,
            minLength = 1,
            example = ApiExamples.TEXT)
        @Nullable String text,
    @Schema(
            description = "The most tokens of the title",
            minimum = "1",
            maximum = "" + MAX_TOKENS,
            defaultValue = "48",
            example = "48")
        @Nullable Integer maxTokens,
    @Schema(
            description =
                "Further titles. A beam search finds them, which is slower and may change the title.",
            minimum = "0",
            maximum = "" + MAX_ALTERNATIVES,
            defaultValue = "0",
            example = "0")
        @Nullable Integer alternatives,
    @Schema(description = "Who answers", defaultValue = "HYBRID", example = "HYBRID")
        @Nullable Route route) {

  static final int MAX_TOKENS = 128;
  static final int MAX_ALTERNATIVES = 4;

  /**
   * The abstract.
   *
   * @throws InvalidRequestException if it is absent or blank
   * @throws TextTooLongException if it is longer than {@code titles.max-characters}
   */
  Abstract source(TitleProperties properties) {
    if (text == null) {
      throw new InvalidRequestException("text", "an abstract", "absent");
    }
    if (text.length() > properties.maxCharacters()) {
      throw new TextTooLongException(
          "at most " + properties.maxCharacters() + " characters long",
          text.length() + " characters");
    }
    Abstract source = Abstract.of(text, properties.maxWords());
    if (source.words() == 0) {
      throw new InvalidRequestException("text", "an abstract", "blank");
    }
    return source;
  }

  /**
   * The request to the model.
   *
   * @throws InvalidRequestException if a wish is out of bounds
   */
  GenerationRequest toModel(HybridLanguageModel model, Abstract source) {
    GenerationRequest request = GenerationRequest.of(model.promptFor(source.read()));
    if (maxTokens != null) {
      requireWithin("maxTokens", 1, MAX_TOKENS, maxTokens);
      request = request.withMaxNewTokens(maxTokens);
    }
    if (alternatives != null && alternatives != 0) {
      requireWithin("alternatives", 0, MAX_ALTERNATIVES, alternatives);
      int titles = alternatives + 1;
      request =
          request.withOptions(
              GenerationOptions.builder().numBeams(titles).numReturnSequences(titles).build());
    }
    return route == null ? request : request.withRoute(route);
  }

  private static void requireWithin(String field, int least, int most, int value) {
    if (value < least || value > most) {
      throw new InvalidRequestException(field, "in " + least + ".." + most, value);
    }
  }
}
