package io.l2s.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Settings of a checkpoint that transformers' {@code generate} follows and l2s leaves to requests
 * (transformers: {@code GenerationConfig}).
 */
final class RequestSettings {

  // With the value that changes nothing; null or absent changes nothing either.
  private static final Map<String, String> NEUTRAL =
      Map.ofEntries(
          Map.entry("max_length", "20"),
          Map.entry("min_length", "0"),
          Map.entry("num_beams", "1"),
          Map.entry("num_beam_groups", "1"),
          Map.entry("num_return_sequences", "1"),
          Map.entry("length_penalty", "1"),
          Map.entry("diversity_penalty", "0"),
          Map.entry("repetition_penalty", "1"),
          Map.entry("encoder_repetition_penalty", "1"),
          Map.entry("no_repeat_ngram_size", "0"),
          Map.entry("encoder_no_repeat_ngram_size", "0"),
          Map.entry("early_stopping", "false"),
          Map.entry("do_sample", "false"),
          Map.entry("guidance_scale", "1"));

  private static final List<String> OTHERS =
      List.of(
          "max_new_tokens",
          "min_new_tokens",
          "max_time",
          "stop_strings",
          "penalty_alpha",
          "bad_words_ids",
          "force_words_ids",
          "suppress_tokens",
          "begin_suppress_tokens",
          "forced_decoder_ids",
          "sequence_bias",
          "exponential_decay_length_penalty",
          "constraints",
          "dola_layers");

  /** They shape sampling and change nothing without it. */
  private static final Set<String> OF_SAMPLING =
      Set.of("temperature", "top_k", "top_p", "min_p", "typical_p", "epsilon_cutoff", "eta_cutoff");

  private RequestSettings() {}

  /** Those that {@code config} sets to something, with their values, sorted. */
  static List<String> in(ConfigFile config) {
    List<String> names = new ArrayList<>(OTHERS);
    names.addAll(NEUTRAL.keySet());
    if (config.has("do_sample") && !isNeutral("do_sample", config.element("do_sample"))) {
      names.addAll(OF_SAMPLING);
    }
    return names.stream()
        .filter(config::has)
        .filter(name -> !isNeutral(name, config.element(name)))
        .sorted()
        .map(name -> name + " " + JsonFields.shown(config.element(name)))
        .toList();
  }

  private static boolean isNeutral(String name, JsonElement value) {
    if (value instanceof JsonArray array) {
      return array.isEmpty();
    } else if (value instanceof JsonObject object) {
      return object.size() == 0;
    }
    String neutral = NEUTRAL.get(name);
    if (neutral == null || !(value instanceof JsonPrimitive primitive)) {
      return false;
    }
    return primitive.isNumber()
        ? primitive.getAsBigDecimal().stripTrailingZeros().toPlainString().equals(neutral)
        : primitive.getAsString().equals(neutral);
  }
}
