package io.l2s.samples.translation;

import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The languages of the configured models, {@code l2s.bundle}'s first. */
@Component
class Languages {

  private final List<Language> all;
  private final Map<String, Language> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  Languages(ObjectProvider<HybridLanguageModel> models) {
    HybridLanguageModel primary = models.getIfUnique();
    List<Language> found = new ArrayList<>();
    if (primary != null) {
      found.add(Language.of(primary));
    }
    models.stream().filter(model -> model != primary).map(Language::of).forEach(found::add);
    // Where two models translate into one language, the first does.
    all = found.stream().filter(each -> byName.putIfAbsent(each.to(), each) == null).toList();
  }

  List<Language> all() {
    return all;
  }

  /**
   * @param name the language to translate into, in any case; null: the first
   * @throws InvalidRequestException if no model translates into it
   */
  Language find(@Nullable String name) {
    if (name == null) {
      return all.get(0);
    }
    Language language = byName.get(name);
    if (language == null) {
      throw new InvalidRequestException("language", "one of " + byName.keySet(), name);
    }
    return language;
  }
}
