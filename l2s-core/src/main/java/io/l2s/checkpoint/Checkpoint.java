package io.l2s.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.l2s.Bundle;
import io.l2s.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * A model directory in Hugging Face layout: {@code config.json}, {@code model.safetensors} or its
 * shards with {@code model.safetensors.index.json}, {@code tokenizer.json}, {@code
 * generation_config.json}. Opening reads the tables of contents, no weights.
 */
public final class Checkpoint {

  private static final String CONFIG = "config.json";
  private static final String GENERATION_CONFIG = "generation_config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String TOKENIZER = "tokenizer.json";

  private final Path directory;
  private final ConfigFile config;
  private final GenerationSettings generation;
  private final Map<String, TensorEntry> tensors;

  private Checkpoint(
      Path directory,
      ConfigFile config,
      GenerationSettings generation,
      Map<String, TensorEntry> tensors) {
    this.directory = directory;
    this.config = config;
    this.generation = generation;
    this.tensors = tensors;
  }

  /**
   * Opens the checkpoint in {@code directory}.
   *
   * @throws ModelLoadException with every problem of the file at fault, or of all shards
   */
  public static Checkpoint open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new ModelLoadException(directory, "is not a directory");
    }
    if (!Files.exists(directory.resolve(CONFIG)) && Files.exists(directory.resolve(Bundle.FILE))) {
      throw new ModelLoadException(
          directory,
          "is no checkpoint, as it has no "
              + CONFIG
              + "; its "
              + Bundle.FILE
              + " makes it a bundle, which loads as such");
    }
    ConfigFile config = ConfigFile.read(directory.resolve(CONFIG));
    GenerationSettings generation = GenerationSettings.read(directory, config);
    return new Checkpoint(directory, config, generation, weights(directory));
  }

  private static Map<String, TensorEntry> weights(Path directory) {
    // As in transformers, one file goes before shards: where both exist, the shards are older.
    if (Files.exists(directory.resolve(WEIGHTS))) {
      return SafetensorsFile.open(directory.resolve(WEIGHTS)).tensors();
    }
    if (Files.exists(directory.resolve(INDEX))) {
      return sharded(directory);
    }
    throw new ModelLoadException(
        directory,
        "holds neither " + WEIGHTS + " nor " + INDEX + "; save the model in safetensors format");
  }

  private static Map<String, TensorEntry> sharded(Path directory) {
    Path index = directory.resolve(INDEX);
    Map<String, String> shardOf = shardNames(index);
    List<String> problems = new ArrayList<>();
    Map<String, Map<String, TensorEntry>> shards = new HashMap<>();
    for (String shard : new TreeSet<>(shardOf.values())) {
      if (!isPlainFileName(shard)) {
        problems.add("names the shard '" + shard + "', which is not a plain file name");
        continue;
      }
      try {
        shards.put(shard, SafetensorsFile.open(directory.resolve(shard)).tensors());
      } catch (ModelLoadException e) {
        e.problems().forEach(problem -> problems.add(shard + ": " + problem));
      }
    }
    Map<String, TensorEntry> tensors = new LinkedHashMap<>();
    shardOf.forEach(
        (name, shard) -> {
          TensorEntry entry = shards.getOrDefault(shard, Map.of()).get(name);
          if (entry != null) {
            tensors.put(name, entry);
          } else if (shards.containsKey(shard)) {
            problems.add("names " + name + " in " + shard + ", which does not hold it");
          }
        });
    shards.forEach(
        (shard, held) ->
            held.keySet().stream()
                .filter(name -> !shard.equals(shardOf.get(name)))
                .forEach(
                    name -> problems.add("does not name " + name + ", which " + shard + " holds")));
    if (!problems.isEmpty()) {
      throw new ModelLoadException(index, problems);
    }
    return Collections.unmodifiableMap(tensors);
  }

  /**
   * Whether {@code name} is a plain file name on every system. A path could lead out of the
   * directory.
   */
  private static boolean isPlainFileName(String name) {
    return !name.isBlank()
        && !Set.of(".", "..").contains(name)
        && name.chars().noneMatch(each -> each < ' ' || "/\\:".indexOf(each) >= 0);
  }

  private static Map<String, String> shardNames(Path index) {
    JsonObject json = StrictJson.read(index);
    JsonElement map = json.get("weight_map");
    if (map == null || !map.isJsonObject()) {
      throw new ModelLoadException(index, "weight_map is missing or no object");
    }
    Map<String, String> names = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    map.getAsJsonObject()
        .entrySet()
        .forEach(
            entry -> {
              if (entry.getValue() instanceof JsonPrimitive shard && shard.isString()) {
                names.put(entry.getKey(), shard.getAsString());
              } else {
                problems.add(
                    "weight_map." + entry.getKey() + " is no file name: " + entry.getValue());
              }
            });
    if (!problems.isEmpty()) {
      throw new ModelLoadException(index, problems);
    }
    return names;
  }

  public Path directory() {
    return directory;
  }

  public ConfigFile config() {
    return config;
  }

  /** The tensors by name. */
  public Map<String, TensorEntry> tensors() {
    return tensors;
  }

  /**
   * The tensor that is stored as {@code name}.
   *
   * @throws ModelLoadException naming it, if there is none
   */
  public TensorEntry tensor(String name) {
    TensorEntry entry = tensors.get(name);
    if (entry == null) {
      throw new ModelLoadException(directory, "missing " + name);
    }
    return entry;
  }

  /** Number of weights. */
  public long parameters() {
    return tensors.values().stream().mapToLong(TensorEntry::elements).sum();
  }

  /**
   * The tokenizer's file.
   *
   * @throws ModelLoadException if there is none
   */
  public Path tokenizerFile() {
    Path file = directory.resolve(TOKENIZER);
    if (!Files.isRegularFile(file)) {
      throw new ModelLoadException(file, "does not exist; l2s needs the fast tokenizer's file");
    }
    return file;
  }

  /**
   * Ids that end an answer, from the generation settings, else the config or its family's default.
   *
   * @throws ModelLoadException if none is known
   */
  public List<Integer> eosTokenIds() {
    return generation.eosTokenIds().isEmpty() ? config.eosTokenIds() : generation.eosTokenIds();
  }

  /**
   * Checks the ids that end, begin or are forced into answers.
   *
   * @throws ModelLoadException naming the first that the vocabulary does not have, and its file
   */
  public void requireIds(int vocabularySize) {
    eosTokenIds().forEach(id -> requireId("eos_token_id", id, vocabularySize));
    decoderStartTokenId().ifPresent(id -> requireId("decoder_start_token_id", id, vocabularySize));
    forcedBosTokenId().ifPresent(id -> requireId("forced_bos_token_id", id, vocabularySize));
    forcedEosTokenId().ifPresent(id -> requireId("forced_eos_token_id", id, vocabularySize));
  }

  private void requireId(String field, int id, int vocabularySize) {
    generation.fileOf(field).requireId(field, id, vocabularySize);
  }

  /** The id that fills up unequal prompts, where the settings name one. */
  public OptionalInt padTokenId() {
    return generation.padTokenId();
  }

  /** First decoder input of an encoder-decoder model, where the settings name one. */
  public OptionalInt decoderStartTokenId() {
    return generation.decoderStartTokenId();
  }

  /** First id of every answer, where the settings force one. */
  public OptionalInt forcedBosTokenId() {
    return generation.forcedBosTokenId();
  }

  /** Id at the length limit of every answer, where the settings force one. */
  public OptionalInt forcedEosTokenId() {
    return generation.forcedEosTokenId();
  }

  /** Settings of {@code generation_config.json}; {@code config.json} sets what is missing there. */
  private record GenerationSettings(
      List<ConfigFile> sources,
      List<Integer> eosTokenIds,
      OptionalInt padTokenId,
      OptionalInt decoderStartTokenId,
      OptionalInt forcedBosTokenId,
      OptionalInt forcedEosTokenId) {

    static GenerationSettings read(Path directory, ConfigFile config) {
      Path file = directory.resolve(GENERATION_CONFIG);
      List<ConfigFile> sources =
          Files.exists(file) ? List.of(ConfigFile.read(file), config) : List.of(config);
      return new GenerationSettings(
          sources,
          first(sources, "eos_token_id"),
          firstId(sources, "pad_token_id"),
          firstId(sources, "decoder_start_token_id"),
          firstId(sources, "forced_bos_token_id"),
          forcedEos(sources, config));
    }

    /** The first file that has {@code field}, else the config, whose default counts. */
    ConfigFile fileOf(String field) {
      return sources.stream()
          .filter(source -> source.has(field))
          .findFirst()
          .orElse(sources.get(sources.size() - 1));
    }

    /** As in transformers, a list forces its smallest id: all of its scores are equal. */
    private static OptionalInt forcedEos(List<ConfigFile> sources, ConfigFile config) {
      List<Integer> named = first(sources, "forced_eos_token_id");
      boolean open = sources.size() == 1 && !config.named("forced_eos_token_id");
      return named.isEmpty() && open
          ? config.defaultForcedEosTokenId()
          : named.stream().mapToInt(id -> id).min();
    }

    private static OptionalInt firstId(List<ConfigFile> sources, String field) {
      return first(sources, field).stream().mapToInt(id -> id).findFirst();
    }

    private static List<Integer> first(List<ConfigFile> sources, String field) {
      return sources.stream()
          .map(source -> source.ints(field, 0, Integer.MAX_VALUE))
          .filter(ids -> !ids.isEmpty())
          .findFirst()
          .orElse(List.of());
    }
  }
}
