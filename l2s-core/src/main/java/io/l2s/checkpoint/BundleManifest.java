package io.l2s.checkpoint;

import com.google.gson.JsonObject;
import io.l2s.Bundle;
import io.l2s.ModelLoadException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The format of {@code l2s.json}: its number, the names of its fields, and their notation. */
public final class BundleManifest {

  /** The only format so far. */
  public static final int FORMAT = 1;

  /** Holds {@link #FORMAT}. */
  public static final String FORMAT_FIELD = "format";

  /** Abilities that a reader must have; none is known yet. */
  public static final String REQUIRES = "requires";

  public static final String LLM = "llm";
  public static final String FEATURE_LAYER = "featureLayer";
  public static final String SLM = "slm";
  public static final String PROJECTOR = "projector";
  public static final String FUSION = "fusion";
  public static final String PROMPT_TOKENIZER = "promptTokenizer";
  public static final String PROMPT_TEMPLATE = "promptTemplate";
  public static final String SLM_ALONE = "slmAlone";

  /** Digests of files by path. */
  public static final String SHA256 = "sha256";

  /** The settings and the outcome of the training. */
  public static final String TRAINING = "training";

  /** Measured quality. */
  public static final String SCORES = "scores";

  /** The projector's file in a bundle that l2s writes. */
  public static final String PROJECTOR_FILE = "projector.safetensors";

  /** Every field, sorted. */
  public static final Set<String> FIELDS =
      Collections.unmodifiableSortedSet(
          new TreeSet<>(
              List.of(
                  FORMAT_FIELD,
                  REQUIRES,
                  LLM,
                  FEATURE_LAYER,
                  SLM,
                  PROJECTOR,
                  FUSION,
                  PROMPT_TOKENIZER,
                  PROMPT_TEMPLATE,
                  SLM_ALONE,
                  SHA256,
                  TRAINING,
                  SCORES)));

  /** The fields that inform readers; loading does not use them. */
  public static final Set<String> FACTS = Set.of(TRAINING, SCORES);

  // The digests are most of it: three models of two hundred shards would have 700 values.
  private static final int MAX_VALUES = 10_000;
  private static final long MAX_BYTES = 1 << 20;

  private BundleManifest() {}

  /**
   * The object in the {@code l2s.json} of {@code bundle}.
   *
   * @throws ModelLoadException if the file is missing, over 1 MiB, of over 10,000 values or not one
   *     JSON object
   */
  public static JsonObject read(Path bundle) {
    return StrictJson.read(bundle.resolve(Bundle.FILE), MAX_BYTES, MAX_VALUES);
  }

  /** Fields that no part of l2s reads, misspelled ones among them. */
  public static Set<String> unknownFields(JsonObject manifest) {
    Set<String> unknown = new TreeSet<>(manifest.keySet());
    unknown.removeAll(FIELDS);
    return unknown;
  }

  /** The notation of a constant. */
  public static String value(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** The notation of a path. */
  public static String value(Path path) {
    return path.toString().replace('\\', '/');
  }

  /**
   * The digests of a bundle's files.
   *
   * @param directory where {@code files} lie now
   * @param prefix what leads from the bundle to where they will lie
   */
  public static JsonObject digests(Path directory, List<Path> files, String prefix) {
    JsonObject digests = new JsonObject();
    for (Path file : files) {
      digests.addProperty(prefix + value(directory.relativize(file)), Digests.sha256(file));
    }
    return digests;
  }
}
