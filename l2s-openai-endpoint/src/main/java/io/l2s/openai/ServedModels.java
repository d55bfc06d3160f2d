package io.l2s.openai;

import io.l2s.Bundle;
import io.l2s.ChatFormat;
import io.l2s.HybridLanguageModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;

/** The application's models under the names that clients give. */
final class ServedModels {

  /** A model and how it takes conversations. */
  record Served(String name, HybridLanguageModel model, ChatFormat chats) {}

  private final Map<String, Served> models = new LinkedHashMap<>();

  private ServedModels() {}

  /**
   * @param models the models by the names of their beans
   * @param bundles the bundles by the names of their beans; that of several models has the model's
   *     name as a qualifier
   * @param singleName name of the model where there is only one; null: that of its bean
   */
  static ServedModels of(
      Map<String, HybridLanguageModel> models,
      Map<String, Bundle> bundles,
      BeanFactory beans,
      @Nullable String singleName) {
    boolean single = models.size() == 1;
    ServedModels served = new ServedModels();
    models.forEach(
        (bean, model) -> {
          String name = single && singleName != null ? singleName : bean;
          Optional<String> template =
              bundle(bean, single, bundles, beans).flatMap(Bundle::promptTemplate);
          served.models.put(name, new Served(name, model, ChatFormat.of(model, template)));
        });
    return served;
  }

  private static Optional<Bundle> bundle(
      String model, boolean single, Map<String, Bundle> bundles, BeanFactory beans) {
    if (single && bundles.size() == 1) {
      return bundles.values().stream().findFirst();
    }
    return bundles.entrySet().stream()
        .filter(
            each ->
                BeanFactoryAnnotationUtils.isQualifierMatch(model::equals, each.getKey(), beans))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  List<String> names() {
    return List.copyOf(models.keySet());
  }

  /**
   * The model of that name.
   *
   * @throws OpenAiException if there is none
   */
  Served named(String name) {
    Served served = models.get(name);
    if (served == null) {
      throw new OpenAiException(OpenAiError.unknownModel(name, names()));
    }
    return served;
  }
}
