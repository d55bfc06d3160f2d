package io.l2s.checkpoint;

import io.l2s.Bundle;
import io.l2s.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
import java.util.stream.Stream;

/**
 * A model directory in Hugging Face layout: {@code config.json}, {@code model.safetensors} or its
 * shards with {@code model.safetensors.index.json}, {@code tokenizer.json}, {@code
 * generation_config.json}. Opening reads the tables of contents, no weights.
 */
public final class Checkpoint {

  private final Path directory;
  private final ConfigFile config;
  private final GenerationSettings generation;
  private final Weights weights;
  private final KnownDigests digests;
  private final boolean copied;

  /**
   * @param stamps the files of the tensors as they were when their headers were read
   */
  private record Weights(Map<String, TensorEntry> tensors, List<FileStamp> stamps) {}

  private Checkpoint(
      Path directory,
      ConfigFile config,
      GenerationSettings generation,
      Weights weights,
      KnownDigests digests,
      boolean copied) {
    this.directory = directory;
    this.config = config;
    this.generation = generation;
    this.weights = weights;
    this.digests = digests;
    this.copied = copied;
  }

  /**
   * Opens the checkpoint in {@code directory}.
   *
   * @throws ModelLoadException with every problem of the file at fault, or of all shards
   */
  public static Checkpoint open(Path directory) {
    return open(directory, new KnownDigests());
  }

  /**
   * Opens the checkpoint in {@code directory}, of whose files some may have been digested.
   *
   * @throws ModelLoadException as {@link #open(Path)} does, and naming a file that has changed
   *     since its digest was taken
   */
  public static Checkpoint open(Path directory, KnownDigests digests) {
    ModelFile.requireDirectory(directory);
    if (!Files.exists(directory.resolve(CheckpointFiles.CONFIG))
        && Files.exists(directory.resolve(Bundle.FILE))) {
      throw new ModelLoadException(
          directory,
          "is no checkpoint, as it has no "
              + CheckpointFiles.CONFIG
              + "; its "
              + Bundle.FILE
              + " makes it a bundle, which loads as such");
    }
    ConfigFile config = ConfigFile.read(directory.resolve(CheckpointFiles.CONFIG));
    GenerationSettings generation = GenerationSettings.read(directory, config);
    Weights weights = weights(directory);
    digests.requireUnchanged(directory);
    return new Checkpoint(directory, config, generation, weights, digests, false);
  }

  private static Weights weights(Path directory) {
    // As in transformers, one file goes before shards: where both exist, the shards are older.
    if (ModelFile.isThere(directory.resolve(CheckpointFiles.WEIGHTS))) {
      SafetensorsFile whole = SafetensorsFile.open(directory.resolve(CheckpointFiles.WEIGHTS));
      return new Weights(whole.tensors(), List.of(whole.stamp()));
    }
    if (ModelFile.isThere(directory.resolve(CheckpointFiles.INDEX))) {
      return sharded(directory);
    }
    throw new ModelLoadException(
        directory,
        "holds neither "
            + CheckpointFiles.WEIGHTS
            + " nor "
            + CheckpointFiles.INDEX
            + "; save the model in safetensors format");
  }

  private static Weights sharded(Path directory) {
    Path index = directory.resolve(CheckpointFiles.INDEX);
    Map<String, String> shardOf = shardNames(index);
    List<String> problems = new ArrayList<>();
    Map<String, Map<String, TensorEntry>> shards = new HashMap<>();
    List<FileStamp> stamps = new ArrayList<>();
    for (String shard : new TreeSet<>(shardOf.values())) {
      if (!isPlainFileName(shard)) {
        problems.add("names the shard '" + shard + "', which is not a plain file name");
        continue;
      }
      try {
        SafetensorsFile opened = SafetensorsFile.open(directory.resolve(shard));
        shards.put(shard, opened.tensors());
        stamps.add(opened.stamp());
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
    return new Weights(Collections.unmodifiableMap(tensors), List.copyOf(stamps));
  }

  /**
   * Whether {@code name} is a plain file name on every system. A path could lead out of the
   * directory.
   */
  private static boolean isPlainFileName(String name) {
    try {
      return !name.isBlank()
          && !Set.of(".", "..").contains(name)
          && name.chars().noneMatch(each -> each < ' ' || "/\\:".indexOf(each) >= 0)
          && Path.of(name).getNameCount() == 1;
    } catch (InvalidPathException e) {
      return false; // Such as half a surrogate pair.
    }
  }

  private static Map<String, String> shardNames(Path index) {
    return new JsonFields(index, StrictJson.readTable(index), "").texts("weight_map");
  }

  /** This checkpoint, of whose files a loaded model keeps none mapped. */
  public Checkpoint withCopiedWeights() {
    return new Checkpoint(directory, config, generation, weights, digests, true);
  }

  /**
   * Makes sure that the weights that were read since it was opened are those of one file, or of one
   * set of shards.
   *
   * @throws ModelLoadException naming a file that was replaced or written to
   */
  public void requireUnchanged() {
    weights.stamps().forEach(FileStamp::requireSame);
  }

  /**
   * The SHA-256 digest of {@code file}, one of this checkpoint's, in lower-case hex.
   *
   * @throws ModelLoadException if the file cannot be read
   */
  public String sha256(Path file) {
    return digests.sha256(file);
  }

  /** Whether a loaded model has its weights in memory of its own. */
  public boolean copied() {
    return copied;
  }

  public Path directory() {
    return directory;
  }

  public ConfigFile config() {
    return config;
  }

  /** The tensors by name. */
  public Map<String, TensorEntry> tensors() {
    return weights.tensors();
  }

  /**
   * The tensor that is stored as {@code name}.
   *
   * @throws ModelLoadException naming it, if there is none
   */
  public TensorEntry tensor(String name) {
    TensorEntry entry = tensors().get(name);
    if (entry == null) {
      throw new ModelLoadException(weightsFile(), "missing " + name);
    }
    return entry;
  }

  /** The file that holds the weights, or the index of the files that do. */
  public Path weightsFile() {
    Path whole = directory.resolve(CheckpointFiles.WEIGHTS);
    return ModelFile.isThere(whole) ? whole : directory.resolve(CheckpointFiles.INDEX);
  }

  /** The files that hold the tensors. */
  public List<Path> tensorFiles() {
    return tensors().values().stream().map(TensorEntry::file).distinct().toList();
  }

  /** The files that decide its numbers: {@code config.json} and those of the tensors. */
  public List<Path> modelFiles() {
    return Stream.concat(Stream.of(config.file()), tensorFiles().stream()).toList();
  }

  /** The files that make it, as far as they are there. */
  public List<Path> files() {
    return Stream.concat(
            CheckpointFiles.BESIDE_WEIGHTS.stream().map(directory::resolve).filter(Files::exists),
            tensorFiles().stream().sorted())
        .toList();
  }

  /** Number of weights. */
  public long parameters() {
    return tensors().values().stream().mapToLong(TensorEntry::elements).sum();
  }

  /**
   * The tokenizer's file.
   *
   * @throws ModelLoadException if there is none
   */
  public Path tokenizerFile() {
    Path file = directory.resolve(CheckpointFiles.TOKENIZER);
    if (!ModelFile.isThere(file)) {
      throw new ModelLoadException(file, "does not exist; l2s needs the fast tokenizer's file");
    }
    ModelFile.requireRegular(file);
    return file;
  }

  /**
   * Ids that end an answer, from the generation settings, else the config or its family's default.
   *
   * @param defaults those of its family
   * @throws ModelLoadException if none is known
   */
  public List<Integer> eosTokenIds(TokenDefaults defaults) {
    return generation.eos(defaults).values();
  }

  /** First decoder input of an encoder-decoder model, where the settings name one. */
  public OptionalInt decoderStartTokenId() {
    return generation.decoderStart().first();
  }

  /** First id of every answer, where the settings force one. */
  public OptionalInt forcedBosTokenId() {
    return generation.forcedBos().first();
  }

  /**
   * Id at the length limit of every answer, where the settings or its family force one.
   *
   * @param defaults those of its family
   */
  public OptionalInt forcedEosTokenId(TokenDefaults defaults) {
    return generation.forcedEos(defaults).first();
  }

  /**
   * Checks the ids that end, begin or are forced into answers.
   *
   * @param defaults those of its family
   * @throws ModelLoadException naming each that the vocabulary does not have, and its file
   */
  public void requireIds(int vocabularySize, TokenDefaults defaults) {
    generation.requireIds(vocabularySize, defaults);
  }

  /**
   * Settings for answers that transformers takes from the checkpoint and l2s leaves to requests,
   * with their values, such as {@code num_beams 4}; sorted.
   */
  public List<String> settingsNotFollowed() {
    return generation.notFollowed();
  }

  /** The file that holds {@link #settingsNotFollowed}. */
  public Path generationFile() {
    return generation.file();
  }
}
