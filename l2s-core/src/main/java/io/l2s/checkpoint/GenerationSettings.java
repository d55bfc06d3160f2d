package io.l2s.checkpoint;

import io.l2s.ModelLoadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Settings of {@code generation_config.json}. {@code config.json} sets the ends and the start that
 * are missing there; it forces ids only where the other file is missing, as in transformers.
 *
 * @param named ids that end an answer, where a file names them
 * @param namedForcedEos the id at the length limit, where a file names one
 * @param mayForceEos whether the files leave the family's default forced end in force
 * @param file the first file that was read
 * @param notFollowed settings that l2s leaves to requests, such as {@code num_beams 4}
 */
record GenerationSettings(
    Ids named,
    Ids decoderStart,
    Ids forcedBos,
    Ids namedForcedEos,
    boolean mayForceEos,
    ConfigFile config,
    Path file,
    List<String> notFollowed) {

  private static final String EOS = "eos_token_id";

  /**
   * Ids of one setting.
   *
   * @param source the file that names them
   * @param values empty where no file does
   */
  record Ids(ConfigFile source, String field, List<Integer> values) {

    OptionalInt first() {
      return values.stream().mapToInt(id -> id).findFirst();
    }

    private Stream<String> beyond(int vocabularySize) {
      return values.stream()
          .filter(id -> id >= vocabularySize)
          .map(id -> field + " must be below vocab_size " + vocabularySize + ", but was " + id);
    }
  }

  static GenerationSettings read(Path directory, ConfigFile config) {
    Path file = directory.resolve(CheckpointFiles.GENERATION_CONFIG);
    List<ConfigFile> sources =
        ModelFile.isThere(file) ? List.of(ConfigFile.read(file), config) : List.of(config);
    List<ConfigFile> forcing = sources.subList(0, 1);
    Ids forcedEos = first(forcing, "forced_eos_token_id");
    return new GenerationSettings(
        first(sources, EOS),
        first(sources, "decoder_start_token_id"),
        first(forcing, "forced_bos_token_id"),
        forcedEos,
        sources.size() == 1 && !config.named(forcedEos.field()),
        config,
        sources.get(0).file(),
        RequestSettings.in(sources.get(0)));
  }

  /**
   * Ids that end an answer.
   *
   * @throws ModelLoadException if none is named and the family has no default
   */
  Ids eos(TokenDefaults defaults) {
    return named.values().isEmpty() ? new Ids(config, EOS, config.eosTokenIds(defaults)) : named;
  }

  /** As in transformers, a list forces its smallest id: all of its scores are equal. */
  Ids forcedEos(TokenDefaults defaults) {
    List<Integer> ids = namedForcedEos.values();
    OptionalInt forced =
        ids.isEmpty() && mayForceEos ? defaults.forcedEos() : ids.stream().mapToInt(id -> id).min();
    return new Ids(
        namedForcedEos.source(), namedForcedEos.field(), forced.stream().boxed().toList());
  }

  private static Ids first(List<ConfigFile> sources, String field) {
    return sources.stream()
        .map(source -> new Ids(source, field, ids(source, field)))
        .filter(ids -> !ids.values().isEmpty())
        .findFirst()
        .orElse(new Ids(sources.get(0), field, List.of()));
  }

  /** As in older files, -1 stands for no id. */
  private static List<Integer> ids(ConfigFile source, String field) {
    return source.ints(field, -1, Integer.MAX_VALUE).stream().filter(id -> id >= 0).toList();
  }

  /**
   * @throws ModelLoadException naming each id that the vocabulary does not have
   */
  void requireIds(int vocabularySize, TokenDefaults defaults) {
    List<Ids> all = List.of(eos(defaults), decoderStart, forcedBos, forcedEos(defaults));
    for (Path source : all.stream().map(ids -> ids.source().file()).distinct().toList()) {
      List<String> problems = new ArrayList<>();
      all.stream()
          .filter(ids -> ids.source().file().equals(source))
          .flatMap(ids -> ids.beyond(vocabularySize))
          .forEach(problems::add);
      if (!problems.isEmpty()) {
        throw new ModelLoadException(source, problems);
      }
    }
  }
}
