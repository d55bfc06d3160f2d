package io.l2s.model;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.ConfigFile;
import java.util.Map;

/** Names the activation of a feed-forward as the programs know it. */
public final class Activation {

  /** The activation that lets positive factors pass. */
  public static final String RELU = "relu";

  // Keyed by the names of transformers' ACT2FN. The fast forms of gelu are its tanh form.
  private static final Map<String, String> PROGRAM_NAMES =
      Map.ofEntries(
          Map.entry("gelu_new", "gelu_tanh"),
          Map.entry("gelu_pytorch_tanh", "gelu_tanh"),
          Map.entry("gelu_python_tanh", "gelu_tanh"),
          Map.entry("gelu_accurate", "gelu_tanh"),
          Map.entry("gelu_fast", "gelu_tanh"),
          Map.entry("gelu", "gelu"),
          Map.entry("gelu_python", "gelu"),
          Map.entry("gelu_10", "gelu_10"),
          Map.entry("quick_gelu", "quick_gelu"),
          Map.entry("relu", RELU),
          Map.entry("relu2", "relu2"),
          Map.entry("relu6", "relu6"),
          Map.entry("leaky_relu", "leaky_relu"),
          Map.entry("silu", "silu"),
          Map.entry("swish", "silu"),
          Map.entry("hardswish", "hardswish"),
          Map.entry("mish", "mish"),
          Map.entry("sigmoid", "sigmoid"),
          Map.entry("tanh", "tanh"),
          Map.entry("linear", "linear"));

  private Activation() {}

  /**
   * The activation that {@code field} names.
   *
   * @throws ModelLoadException if it is none of the supported ones
   */
  public static String read(ConfigFile config, String field, String fallback) {
    return of(config, field, config.stringOr(field, fallback));
  }

  /**
   * The activation that transformers calls {@code name}.
   *
   * @param field that names it
   * @throws ModelLoadException if it is none of the supported ones
   */
  public static String of(ConfigFile config, String field, String name) {
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
