package io.l2s.checkpoint;

import com.google.gson.JsonObject;
import io.l2s.ModelLoadException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A checkpoint's {@code config.json} or {@code generation_config.json}. */
public final class ConfigFile extends JsonFields {

  /** The section that says how the weights are stored. */
  public static final String QUANTIZATION = "quantization_config";

  /** The field of {@link #QUANTIZATION} that names the method. */
  public static final String QUANT_METHOD = "quant_method";

  private ConfigFile(Path file, JsonObject json) {
    super(file, json, "");
  }

  /**
   * Reads {@code file}.
   *
   * @throws ModelLoadException if it is missing or not one JSON object
   */
  public static ConfigFile read(Path file) {
    return new ConfigFile(file, StrictJson.read(file));
  }

  /** The architecture's name. */
  public String modelType() {
    return requiredString("model_type");
  }

  /**
   * The method by which the weights were quantized, from {@code quantization_config}; empty where
   * they were not.
   */
  public Optional<String> quantMethod() {
    return section(QUANTIZATION).map(settings -> settings.requiredString(QUANT_METHOD));
  }

  /**
   * Ids that end an answer; where {@code eos_token_id} is absent, the family's default.
   *
   * @throws ModelLoadException if there is neither, since answers would never end
   */
  public List<Integer> eosTokenIds(TokenDefaults defaults) {
    List<Integer> named = ints("eos_token_id", 0, Integer.MAX_VALUE);
    if (!named.isEmpty()) {
      return named;
    }
    if (defaults.eos().isEmpty()) {
      throw new ModelLoadException(
          file(),
          "eos_token_id is missing, and no default is known for model_type "
              + modelType()
              + "; add the id of the token that ends an answer");
    }
    return List.of(defaults.eos().getAsInt());
  }
}
