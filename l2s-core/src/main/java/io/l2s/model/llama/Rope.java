package io.l2s.model.llama;

import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.JsonFields;
import java.util.List;
import java.util.Locale;

/**
 * Rotary positions and how they are scaled beyond the context length of pre-training (transformers:
 * {@code modeling_rope_utils}). Configs hold them in {@code rope_parameters}, older ones in {@code
 * rope_theta} and {@code rope_scaling}.
 *
 * @param theta base of the wave lengths
 * @param factor by which the context length grows
 * @param positions context length from which {@code DYNAMIC} counts
 * @param low LLAMA3: share of {@code original} above whose wave lengths are scaled; YARN: first
 *     frequency of the ramp
 * @param high LLAMA3: share of {@code original} below whose wave lengths stay; YARN: last frequency
 *     of the ramp
 * @param original context length in pre-training
 * @param scale what cosines and sines are multiplied by
 */
record Rope(
    Type type,
    double theta,
    double factor,
    int positions,
    double low,
    double high,
    double original,
    double scale) {

  /** The scaling of positions. */
  enum Type {
    DEFAULT,
    LINEAR,
    DYNAMIC,
    LLAMA3,
    YARN;

    String programName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final double MAX = 1e12;

  /** Most positions of prompt and answer: scaling reaches beyond the config's own number. */
  int contextLength() {
    double reached =
        switch (type) {
          case DEFAULT -> positions;
          case LINEAR, DYNAMIC -> positions * factor;
          case LLAMA3, YARN -> Math.max(positions, original * factor);
        };
    return (int) Math.max(positions, Math.min(1 << 30, reached));
  }

  /**
   * @param positions {@code max_position_embeddings}
   */
  static Rope read(ConfigFile config, int headWidth, int positions) {
    JsonFields scaling =
        config.section("rope_scaling").or(() -> config.section("rope_parameters")).orElse(config);
    // Beside rope_parameters the base may stand at the top, where older configs have it.
    double theta =
        scaling.has("rope_theta")
            ? scaling.requiredDouble("rope_theta", 1, MAX)
            : config.doubleOr("rope_theta", 10_000, 1, MAX);
    JsonFields partial = scaling.has("partial_rotary_factor") ? scaling : config;
    if (partial.doubleOr("partial_rotary_factor", 1) != 1) {
      throw partial.problem(
          "partial_rotary_factor",
          "must be 1, but was " + partial.doubleOr("partial_rotary_factor", 1));
    }
    Type type = scaling == config ? Type.DEFAULT : type(scaling);
    return switch (type) {
      case DEFAULT -> new Rope(type, theta, 1, positions, 0, 0, positions, 1);
      case LINEAR, DYNAMIC -> new Rope(type, theta, factor(scaling), positions, 0, 0, positions, 1);
      case LLAMA3 -> llama3(config, scaling, theta, positions);
      case YARN -> yarn(config, scaling, theta, headWidth, positions);
    };
  }

  private static Type type(JsonFields scaling) {
    String field = scaling.has("rope_type") ? "rope_type" : "type";
    String name = scaling.stringOr(field, "default");
    for (Type type : Type.values()) {
      if (type.programName().equals(name)) {
        return type;
      }
    }
    throw scaling.problem(
        field,
        "must be one of "
            + List.of(Type.values()).stream().map(Type::programName).toList()
            + ", but was "
            + name);
  }

  private static double factor(JsonFields scaling) {
    return scaling.requiredDouble("factor", 1e-6, 1e6);
  }

  private static double original(ConfigFile config, JsonFields scaling, int positions) {
    JsonFields where = config.has("original_max_position_embeddings") ? config : scaling;
    return where.doubleOr("original_max_position_embeddings", positions, 1, MAX);
  }

  private static Rope llama3(ConfigFile config, JsonFields scaling, double theta, int positions) {
    double low = scaling.requiredDouble("low_freq_factor", 1e-6, 1e6);
    double high = scaling.requiredDouble("high_freq_factor", 1e-6, 1e6);
    if (high <= low) {
      throw scaling.problem(
          "high_freq_factor", "must be above low_freq_factor " + low + ", but was " + high);
    }
    double original = original(config, scaling, positions);
    return new Rope(Type.LLAMA3, theta, factor(scaling), positions, low, high, original, 1);
  }

  private static Rope yarn(
      ConfigFile config, JsonFields scaling, double theta, int headWidth, int positions) {
    double original = original(config, scaling, positions);
    double factor = scaling.has("factor") ? factor(scaling) : positions / original;
    double fast = orDefault(scaling.doubleOr("beta_fast", 0, 0, 1e6), 32);
    double slow = orDefault(scaling.doubleOr("beta_slow", 0, 0, 1e6), 1);
    double low = correction(fast, headWidth, theta, original);
    double high = correction(slow, headWidth, theta, original);
    if (scaling.booleanOr("truncate", true)) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, headWidth - 1.0);
    // As in transformers, against a division by zero.
    high = low == high ? high + 0.001 : high;
    return new Rope(
        Type.YARN, theta, factor, positions, low, high, original, yarnScale(scaling, factor));
  }

  private static double orDefault(double value, double fallback) {
    return value == 0 ? fallback : value;
  }

  /** Index of the frequency that turns {@code rotations} times over the original context. */
  private static double correction(double rotations, int headWidth, double theta, double original) {
    return headWidth * Math.log(original / (rotations * 2 * Math.PI)) / (2 * Math.log(theta));
  }

  private static double yarnScale(JsonFields scaling, double factor) {
    if (scaling.has("attention_factor")) {
      return scaling.requiredDouble("attention_factor", 0, 1e6);
    }
    double scale = scaling.doubleOr("mscale", 0, 0, 1e6);
    double all = scaling.doubleOr("mscale_all_dim", 0, 0, 1e6);
    return scale != 0 && all != 0
        ? magnitude(factor, scale) / magnitude(factor, all)
        : magnitude(factor, 1);
  }

  private static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }
}
