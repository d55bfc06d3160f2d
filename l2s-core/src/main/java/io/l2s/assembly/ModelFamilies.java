package io.l2s.assembly;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TokenDefaults;
import io.l2s.model.ModelFamily;
import io.l2s.model.bart.BartFamily;
import io.l2s.model.gpt2.Gpt2Family;
import io.l2s.model.llama.LlamaFamily;
import io.l2s.model.t5.T5Family;
import java.util.List;
import java.util.Optional;

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
    return find(config)
        .orElseThrow(
            () ->
                new ModelLoadException(
                    config.file(),
                    "model_type must be one of "
                        + supported()
                        + ", but was "
                        + config.modelType()));
  }

  private static Optional<ModelFamily> find(ConfigFile config) {
    String type = config.modelType();
    return ALL.stream().filter(family -> family.modelTypes().contains(type)).findFirst();
  }

  /**
   * Ids that end the answers of {@code checkpoint}. Its kind may be one that only parts of the
   * application know; then its files must name them.
   *
   * @throws ModelLoadException if none is known
   */
  public static List<Integer> eosTokenIds(Checkpoint checkpoint) {
    return checkpoint.eosTokenIds(
        find(checkpoint.config())
            .map(family -> family.tokenDefaults(checkpoint.config()))
            .orElse(TokenDefaults.NONE));
  }

  /** The family of {@code checkpoint}. */
  static ModelFamily of(Checkpoint checkpoint) {
    return of(checkpoint.config());
  }

  private static List<String> supported() {
    return ALL.stream().flatMap(family -> family.modelTypes().stream()).sorted().toList();
  }
}
