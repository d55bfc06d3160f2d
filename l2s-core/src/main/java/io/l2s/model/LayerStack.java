package io.l2s.model;

import com.google.gson.JsonObject;
import java.util.List;

/**
 * Layers of one kind that a model has one behind the other.
 *
 * @param name what messages call them by: encoder, decoder or model
 * @param prefix what stands before a layer's number in the names of its tensors, without anything
 *     that only some checkpoints have there
 * @param layers how many there are
 * @param settings adapts the config
 */
public record LayerStack(String name, String prefix, int layers, Settings settings) {

  /** Updates the config to describe the kept layers. */
  public interface Settings {

    /**
     * @param config fields of {@code config.json}, to be changed
     * @param kept numbers of the layers that are kept
     */
    void keep(JsonObject config, List<Integer> kept);

    /** Both changes. */
    default Settings and(Settings other) {
      return (config, kept) -> {
        keep(config, kept);
        other.keep(config, kept);
      };
    }
  }

  /**
   * Sets the number of layers.
   *
   * @param field that holds it
   * @param aliases that hold it too in some configs
   */
  public static Settings counted(String field, String... aliases) {
    return (config, kept) -> {
      config.addProperty(field, kept.size());
      for (String alias : aliases) {
        if (config.has(alias)) {
          config.addProperty(alias, kept.size());
        }
      }
    };
  }
}
