package io.l2s.openai;

import io.l2s.ChatFormat;
import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.ServedModel;
import io.l2s.autoconfigure.ServedModel.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The application's models under the names that clients give. */
final class ServedModels {

  /** A model and how it takes conversations. */
  record Served(String name, HybridLanguageModel model, ChatFormat chats) {}

  private final Map<String, Served> models = new LinkedHashMap<>();

  private ServedModels() {}

  /**
   * @param beans the models by the names of their beans
   * @param listed the models that have names of their own, which are those for clients
   * @param singleName name of the model where there is only one; null: as for several
   * @throws IllegalStateException if two models have one name
   */
  static ServedModels of(
      Map<String, HybridLanguageModel> beans,
      List<ServedModel> listed,
      @Nullable String singleName) {
    ServedModels served = new ServedModels();
    beans.forEach(
        (bean, model) -> {
          String own =
              listed.stream()
                  .filter(each -> isStarted(each) && each.model() == model)
                  .map(ServedModel::name)
                  .findFirst()
                  .orElse(bean);
          String name = beans.size() == 1 && singleName != null ? singleName : own;
          if (served.models.put(name, new Served(name, model, ChatFormat.of(model))) != null) {
            throw new IllegalStateException(
                "two models have the name " + name + " for clients; rename the bean " + bean);
          }
        });
    return served;
  }

  private static boolean isStarted(ServedModel model) {
    return model.state() != State.LOADING && model.state() != State.WARMING;
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
