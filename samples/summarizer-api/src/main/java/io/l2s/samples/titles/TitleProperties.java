package io.l2s.samples.titles;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code titles.*}.
 *
 * @param maxWords first words of an abstract that the model reads; the bundle was trained with 40
 * @param maxCharacters longest abstract; longer ones are refused with 413
 * @param maxItems most abstracts of a batch
 * @param storeText whether the history keeps the abstracts themselves
 */
@ConfigurationProperties("titles")
public record TitleProperties(
    @DefaultValue("40") int maxWords,
    @DefaultValue("20000") int maxCharacters,
    @DefaultValue("32") int maxItems,
    @DefaultValue("false") boolean storeText) {

  public TitleProperties {
    requirePositive("max-words", maxWords);
    requirePositive("max-characters", maxCharacters);
    requirePositive("max-items", maxItems);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "titles." + name + " must be at least 1, but was " + value);
    }
  }
}
