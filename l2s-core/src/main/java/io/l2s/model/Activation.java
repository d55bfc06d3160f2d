package io.l2s.model;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.ConfigFile;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The activation of a feed-forward. {@code activation.py} computes each under its name in small
 * letters.
 */
public enum Activation {
  GELU("gelu", "gelu_python"),
  /** The tanh form of gelu, which transformers' fast forms are as well. */
  GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate", "gelu_fast"),
  GELU_10("gelu_10"),
  QUICK_GELU("quick_gelu"),
  /** The one that lets positive factors pass. */
  RELU("relu"),
  RELU2("relu2"),
  RELU6("relu6"),
  LEAKY_RELU("leaky_relu"),
  SILU("silu", "swish"),
  HARDSWISH("hardswish"),
  MISH("mish"),
  SIGMOID("sigmoid"),
  TANH("tanh"),
  LINEAR("linear");

  /** The names in transformers' ACT2FN. */
  private final List<String> names;

  Activation(String... names) {
    this.names = List.of(names);
  }

  /** The program's name of it. */
  public String programName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The activation that {@code field} names.
   *
   * @throws ModelLoadException if it is none of the supported ones
   */
  public static Activation read(ConfigFile config, String field, String fallback) {
    return of(config, field, config.stringOr(field, fallback));
  }

  /**
   * The activation that transformers calls {@code name}.
   *
   * @param field that names it
   * @throws ModelLoadException if it is none of the supported ones
   */
  public static Activation of(ConfigFile config, String field, String name) {
    return Stream.of(values())
        .filter(each -> each.names.contains(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelLoadException(
                    config.file(), field + " must be one of " + supported() + ", but was " + name));
  }

  private static List<String> supported() {
    return Arrays.stream(values()).flatMap(each -> each.names.stream()).sorted().toList();
  }
}
