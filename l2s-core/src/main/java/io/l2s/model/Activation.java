package io.l2s.model;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.ConfigFile;
import java.util.Map;

/** Names the activation of a feed-forward as the programs know it. */
public final class Activation {

  /** The activation that lets positive factors pass. */
  public static final String RELU = "relu";

  // By the names of transformers' ACT2FN. The fast forms of gelu are its tanh form.
  private static final Map<String, String> PROGRAM_NAMES =
      Map.of(
          "gelu_new", "gelu_tanh",
          "gelu_pytorch_tanh", "gelu_tanh",
          "gelu_fast", "gelu_tanh",
          "gelu", "gelu",
          "relu", RELU,
          "silu", "silu",
          "swish", "silu");

  private Activation() {}

  /**
   * The activation that {@code field} names.
   *
   * @throws ModelLoadException if it is none of the supported ones
   */
  public static String read(ConfigFile config, String field, String fallback) {
    String name = config.stringOr(field, fallback);
    String known = PROGRAM_NAMES.get(name);
    if (known == null) {
      throw new ModelLoadException(
          config.file(),
          field
              + " must be one of "
              + PROGRAM_NAMES.keySet().stream().sorted().toList()
              + ", but was "
              + name);
    }
    return known;
  }
}
