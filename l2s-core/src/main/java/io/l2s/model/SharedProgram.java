package io.l2s.model;

import io.l2s.Precision;
import io.l2s.engine.CpuFeatures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The program files that all families share. */
final class SharedProgram {

  /** Their order is the order in which they are read; those of a family come behind them. */
  static final List<String> FILES =
      Stream.of("program", "int8", "int8_comparison", "activation", "decoder", "loss")
          .map(SharedProgram::file)
          .toList();

  /** Products in floating point, one of these. */
  static final String PRODUCTS = file("float_products");

  static final String WATCHED_PRODUCTS = file("watched_products");

  /**
   * Weights that are converted at a time: a head in float32 is as large as all layers in 8 bits.
   */
  static final int CONVERTED_TOGETHER = 1 << 20;

  /** Their methods that call products, so that they must be compiled like a family's own. */
  static final Set<String> COMPILED = Set.of("loss_of_int8");

  // They are empty until the loading fills them.
  private static final List<String> LISTS =
      List.of(
          "norms",
          "shifts",
          "groups",
          "transposed",
          "biases",
          "epsilon",
          "packs",
          "parts",
          "pack_of");

  // Those that {@link #WATCHED_PRODUCTS} declares.
  private static final List<String> WATCHED = List.of("watched_inputs", "watched_results");

  private static final List<String> MAPS = List.of("weights", "output_factors", "input_factors");

  private SharedProgram() {}

  private static String file(String name) {
    return "/io/l2s/model/" + name + ".py";
  }

  /** Bits of an input of 8-bit products: without VNNI pairs of products are added in 16 bits. */
  static int inputBits(CpuFeatures processor) {
    return processor.hasVnni() ? 8 : 7;
  }

  /**
   * Initial values of the attributes that the files declare.
   *
   * @param compute number format in which float32 weights are multiplied, f32 or bf16
   * @param inputBits of 8-bit products, 7 or 8
   * @param products {@link #PRODUCTS} or {@link #WATCHED_PRODUCTS}
   */
  static Map<String, Object> attributes(
      Norm norm, List<Integer> eos, Precision compute, int inputBits, String products) {
    Map<String, Object> values = new HashMap<>();
    values.put("training", false);
    values.put("eps", norm.epsilon());
    values.put("centered", norm.centered());
    values.put("eos", eos);
    values.put("compute", ModelProgram.scalarType(compute).code());
    values.put("dropout", 0.0);
    values.put("input_step", 2.0 / ((1 << inputBits) - 1));
    values.put("input_zero", 1 << (inputBits - 1));
    values.put("converted_together", CONVERTED_TOGETHER);
    LISTS.forEach(name -> values.put(name, List.of()));
    if (products.equals(WATCHED_PRODUCTS)) {
      WATCHED.forEach(name -> values.put(name, List.of()));
    }
    MAPS.forEach(name -> values.put(name, Map.of()));
    return values;
  }
}
