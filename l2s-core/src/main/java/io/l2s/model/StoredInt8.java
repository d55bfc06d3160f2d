package io.l2s.model;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TensorType;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checkpoints whose products are stored in 8-bit integers, each with a scale for every row. */
public final class StoredInt8 {

  /** The {@code quant_method} of such checkpoints. */
  public static final String METHOD = "l2s-int8";

  private static final String SCALE = "_scale";

  private StoredInt8() {}

  /**
   * Whether the products are stored in int8.
   *
   * @throws ModelLoadException if they were quantised by another method
   */
  public static boolean isIn(ConfigFile config) {
    Optional<String> method = config.quantMethod();
    if (method.isPresent() && !method.get().equals(METHOD)) {
      throw new ModelLoadException(
          config.file(),
          "quant_method must be "
              + METHOD
              + ", but was "
              + method.get()
              + "; quantise the original checkpoint again");
    }
    return method.isPresent();
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
