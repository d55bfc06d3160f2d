package io.l2s.samples.translation;

import io.l2s.HybridLanguageModel;
import io.l2s.PromptTemplate;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A language to translate into.
 *
 * @param from the language of the texts, such as {@code English}
 * @param to the language of the translations, such as {@code German}
 * @param model the model that translates
 */
record Language(String from, String to, HybridLanguageModel model) {

  private static final Pattern NAMES = Pattern.compile("translate (.+) to (.+?):.*");

  /** The languages that the model's prompt names; pairs trained on other prompts have no names. */
  static Language of(HybridLanguageModel model) {
    Matcher names = NAMES.matcher(model.promptTemplate().map(PromptTemplate::text).orElse(""));
    return names.matches()
        ? new Language(names.group(1), names.group(2), model)
        : new Language("Source", "Translation", model);
  }

  /** The code of the translations' language, as in HTML's {@code lang}; empty if not known. */
  String code() {
    return Arrays.stream(Locale.getISOLanguages())
        .filter(code -> new Locale(code).getDisplayLanguage(Locale.ENGLISH).equals(to))
        .findFirst()
        .orElse("");
  }
}
