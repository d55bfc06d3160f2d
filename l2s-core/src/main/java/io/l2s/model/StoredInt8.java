package io.l2s.model;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TensorType;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Checkpoints whose products are stored in 8-bit integers, each with a scale for every row. */
public final class StoredInt8 {

  /** The {@code quant_method} of such checkpoints. */
  public static final String METHOD = "l2s-int8";

  /**
   * The field of {@link ConfigFile#QUANTIZATION} with the modules whose weights were not rounded.
   */
  static final String UNROUNDED = "modules_to_not_convert";

  private static final String SCALE = "_scale";
  private static final String WEIGHT = ".weight";

  private StoredInt8() {}

  /**
   * Whether the products are stored in int8.
   *
   * @throws ModelLoadException if they were quantized by another method
   */
  public static boolean isIn(ConfigFile config) {
    Optional<String> method = config.quantMethod();
    if (method.isPresent() && !method.get().equals(METHOD)) {
      throw new ModelLoadException(
          config.file(),
          ConfigFile.QUANT_METHOD
              + " must be "
              + METHOD
              + ", but was "
              + method.get()
              + "; quantize the original checkpoint again");
    }
    return method.isPresent();
  }

  /** The stored names of the products that such a checkpoint keeps in floating point. */
  static Set<String> unrounded(ConfigFile config) {
    return config
        .section(ConfigFile.QUANTIZATION)
        .map(settings -> settings.strings(UNROUNDED))
        .orElse(List.of())
        .stream()
        .map(module -> module + WEIGHT)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Says how the products of {@code config}'s checkpoint are stored, in a sentence. */
  public static String describe(ConfigFile config) {
    List<String> unrounded = unrounded(config).stream().map(StoredInt8::moduleOf).sorted().toList();
    return unrounded.isEmpty()
        ? "all products are stored in int8"
        : unrounded.size() + " products are not stored in int8: " + String.join(", ", unrounded);
  }

  /** How {@link #UNROUNDED} calls the product that is stored as {@code name}. */
  static String moduleOf(String name) {
    return name.substring(0, name.length() - WEIGHT.length());
  }

  /** The name of the tensor that holds the scales of {@code product}. */
  public static String scaleOf(String product) {
    return product + SCALE;
  }

  /**
   * @throws ModelLoadException naming every scale that is not a positive number
   */
  static void checkScales(Checkpoint checkpoint) {
    List<String> problems = new ArrayList<>();
    checkpoint.tensors().values().stream()
        .filter(entry -> entry.name().endsWith(SCALE) && entry.type() == TensorType.F32)
        .forEach(
            entry -> {
              FloatBuffer scales = entry.map().asFloatBuffer();
              while (scales.hasRemaining()) {
                float scale = scales.get();
                if (!(scale > 0 && scale < Float.POSITIVE_INFINITY)) {
                  problems.add(entry.name() + " must be above 0 and finite, but holds " + scale);
                  return;
                }
              }
            });
    if (!problems.isEmpty()) {
      throw new ModelLoadException(checkpoint.weightsFile(), problems);
    }
  }
}
