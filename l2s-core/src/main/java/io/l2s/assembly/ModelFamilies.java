package io.l2s.assembly;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.model.ModelFamily;
import io.l2s.model.bart.BartFamily;
import io.l2s.model.gpt2.Gpt2Family;
import io.l2s.model.llama.LlamaFamily;
import io.l2s.model.t5.T5Family;
import java.util.List;

/** Every model family that is known; the one place where families are registered. */
public final class ModelFamilies {

  private static final List<ModelFamily> ALL =
      List.of(new T5Family(), new BartFamily(), new Gpt2Family(), new LlamaFamily());

  private ModelFamilies() {}

  /**
   * The family of the models that {@code config} describes.
   *
   * @throws ModelLoadException with the supported ones, if there is none
   */
  public static ModelFamily of(ConfigFile config) {
    String type = config.modelType();
    return ALL.stream()
        .filter(family -> family.modelTypes().contains(type))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelLoadException(
                    config.file(),
                    "model_type must be one of " + supported() + ", but was " + type));
  }

  /** The family of {@code checkpoint}. */
  static ModelFamily of(Checkpoint checkpoint) {
    return of(checkpoint.config());
  }

  private static List<String> supported() {
    return ALL.stream().flatMap(family -> family.modelTypes().stream()).sorted().toList();
  }
}
