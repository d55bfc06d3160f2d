package io.l2s.checkpoint;

import com.google.gson.JsonObject;
import io.l2s.ModelLoadException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A checkpoint's {@code config.json} or {@code generation_config.json}. */
public final class ConfigFile extends JsonFields {

  // The defaults of transformers' config classes.
  private static final Map<String, Integer> DEFAULT_EOS =
      Map.of("t5", 1, "mt5", 1, "gpt2", 50256, "llama", 2, "mistral", 2, "bart", 2);

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
   * The method by which the weights were quantised, from {@code quantization_config}; empty where
   * they were not.
   */
  public Optional<String> quantMethod() {
    return section("quantization_config").map(settings -> settings.requiredString("quant_method"));
  }

  /**
   * Ids that end an answer; where {@code eos_token_id} is absent, the default that transformers'
   * config class of the family has.
   *
   * @throws ModelLoadException if there is neither, since answers would never end
   */
  public List<Integer> eosTokenIds() {
    List<Integer> named = ints("eos_token_id", 0, Integer.MAX_VALUE);
    if (!named.isEmpty()) {
      return named;
    }
    Integer fallback = DEFAULT_EOS.get(modelType());
    if (fallback == null) {
      throw new ModelLoadException(
          file(),
          "eos_token_id is missing, and no default is known for model_type "
              + modelType()
              + "; add the id of the token that ends an answer");
    }
    return List.of(fallback);
  }

  /** The forced end that transformers' config class of the family has by default. */
  OptionalInt defaultForcedEosTokenId() {
    return modelType().equals("bart") ? OptionalInt.of(2) : OptionalInt.empty();
  }
}
