package io.l2s;

import java.util.Objects;

/**
 * The text around a source with which a model was trained, such as {@code translate English to
 * German: {source}}.
 *
 * @param text has {@value #PLACEHOLDER} in it
 */
public record PromptTemplate(String text) {

  /** Stands for the source. */
  public static final String PLACEHOLDER = "{source}";

  /**
   * Checks the text.
   *
   * @throws InvalidSettingException if it has no {@value #PLACEHOLDER}
   */
  public PromptTemplate {
    Objects.requireNonNull(text, "text");
    if (!text.contains(PLACEHOLDER)) {
      throw new InvalidSettingException(
          "promptTemplate", "a text with " + PLACEHOLDER + " in it", text);
    }
  }

  /** The prompt for {@code source}; nothing is cut from it. */
  public String prompt(String source) {
    return text.replace(PLACEHOLDER, source);
  }

  /** Whether {@code prompt} begins and ends as the template's prompts do. */
  public boolean matches(String prompt) {
    String before = text.substring(0, text.indexOf(PLACEHOLDER));
    String after = text.substring(text.lastIndexOf(PLACEHOLDER) + PLACEHOLDER.length());
    return prompt.length() >= before.length() + after.length()
        && prompt.startsWith(before)
        && prompt.endsWith(after);
  }
}
