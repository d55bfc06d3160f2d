package io.l2s.assembly;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.l2s.Bundle;
import io.l2s.Fusion;
import io.l2s.InvalidSettingException;
import io.l2s.ModelLoadException;
import io.l2s.PromptTemplate;
import io.l2s.PromptTokenizer;
import io.l2s.checkpoint.BundleManifest;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.checkpoint.ModelFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one {@code l2s.json} and gathers everything that is wrong with it. */
public final class BundleReader {

  private static final Logger LOG = LoggerFactory.getLogger(BundleReader.class);

  private final Path directory;
  private final Path file;
  private final JsonObject json;
  private final KnownDigests digests;
  private final List<String> problems = new ArrayList<>();

  private BundleReader(Path directory, KnownDigests digests) {
    ModelFile.requireDirectory(directory);
    this.directory = directory.toAbsolutePath().normalize();
    this.file = directory.resolve(Bundle.FILE);
    if (!Files.exists(file) && Files.exists(directory.resolve(CheckpointFiles.CONFIG))) {
      throw new ModelLoadException(
          directory,
          "is no bundle, as it has no "
              + Bundle.FILE
              + "; its "
              + CheckpointFiles.CONFIG
              + " makes it the checkpoint of one model, which loads as LLM");
    }
    this.json = BundleManifest.read(directory);
    this.digests = digests;
  }

  /**
   * Reads and checks the {@code l2s.json} in {@code directory}, then the digests it names, before
   * any model file is opened.
   *
   * @throws ModelLoadException with every problem found
   */
  public static Bundle open(Path directory) {
    return open(directory, new KnownDigests());
  }

  /**
   * Opens the bundle in {@code directory}.
   *
   * @param digests keeps the digests, so that no file is read for them again
   * @throws ModelLoadException with every problem found
   */
  public static Bundle open(Path directory, KnownDigests digests) {
    return new BundleReader(directory, digests).read();
  }

  private Bundle read() {
    checkFormat();
    Set<String> unknown = BundleManifest.unknownFields(json);
    if (!unknown.isEmpty()) {
      LOG.warn(
          "{}: the fields {} are unknown and ignored; known are {}",
          file,
          unknown,
          BundleManifest.FIELDS);
    }
    Optional<Path> llm = path(BundleManifest.LLM, ModelFile::requireDirectory);
    OptionalInt featureLayer = featureLayer();
    Optional<Path> slm = path(BundleManifest.SLM, ModelFile::requireDirectory);
    Optional<Path> projector = path(BundleManifest.PROJECTOR, ModelFile::requireRegular);
    Optional<Path> slmAlone =
        json.has(BundleManifest.SLM_ALONE)
            ? path(BundleManifest.SLM_ALONE, ModelFile::requireDirectory)
            : Optional.empty();
    Optional<Fusion> fusion = choice(BundleManifest.FUSION, Fusion.class);
    Optional<PromptTokenizer> tokenizer =
        choice(BundleManifest.PROMPT_TOKENIZER, PromptTokenizer.class);
    Optional<PromptTemplate> template =
        json.has(BundleManifest.PROMPT_TEMPLATE)
            ? text(BundleManifest.PROMPT_TEMPLATE).flatMap(this::promptTemplate)
            : Optional.empty();
    List<Path> parts =
        Stream.of(Optional.of(directory), llm, slm, projector, slmAlone)
            .flatMap(Optional::stream)
            .toList();
    Map<String, String> sha256 = digests(parts);
    if (!problems.isEmpty()) {
      throw new ModelLoadException(file, problems);
    }
    return new Bundle(
        directory,
        llm.orElseThrow(),
        featureLayer,
        slm.orElseThrow(),
        projector.orElseThrow(),
        fusion.orElseThrow(),
        tokenizer.orElseThrow(),
        template,
        slmAlone,
        sha256);
  }

  private void checkFormat() {
    JsonElement format = json.get(BundleManifest.FORMAT_FIELD);
    if (format == null) {
      throw new ModelLoadException(file, "format is missing; it must be " + BundleManifest.FORMAT);
    }
    if (!format.toString().equals(Integer.toString(BundleManifest.FORMAT))) {
      throw new ModelLoadException(
          file,
          "format must be " + BundleManifest.FORMAT + ", but was " + format + "; use a newer l2s");
    }
    JsonElement requires = json.get(BundleManifest.REQUIRES);
    if (requires == null) {
      return;
    }
    if (!requires.isJsonArray() || !requires.getAsJsonArray().isEmpty()) {
      // No name is known yet; whoever writes one counts on a reader that is newer than this.
      throw new ModelLoadException(
          file, "requires " + requires + ", which this version of l2s does not know");
    }
  }

  private OptionalInt featureLayer() {
    JsonElement layer = json.get(BundleManifest.FEATURE_LAYER);
    if (layer == null) {
      return OptionalInt.empty();
    }
    // Loading the LLM checks that the layer exists.
    if (layer.toString().matches("\\d{1,6}")) {
      return OptionalInt.of(layer.getAsInt());
    }
    problems.add("featureLayer must be a number of at least 0, but was " + layer);
    return OptionalInt.empty();
  }

  private Optional<PromptTemplate> promptTemplate(String text) {
    try {
      return Optional.of(new PromptTemplate(text));
    } catch (InvalidSettingException e) {
      problems.add("promptTemplate has no " + PromptTemplate.PLACEHOLDER + " in it: " + text);
      return Optional.empty();
    }
  }

  private Optional<Path> path(String field, Consumer<Path> check) {
    return text(field).flatMap(text -> path(field, text, check));
  }

  private Optional<Path> path(String field, String text, Consumer<Path> check) {
    try {
      Path path = directory.resolve(text).normalize();
      if (Files.exists(path)) {
        check.accept(path);
      } else {
        problems.add(field + " leads to " + path + ", which does not exist");
      }
      return Optional.of(path);
    } catch (InvalidPathException e) {
      problems.add(field + " is no path on this system: " + text + " (" + e.getReason() + ")");
    } catch (ModelLoadException e) {
      problems.add(field + " leads to " + e.getMessage());
    }
    return Optional.empty();
  }

  private Optional<String> text(String field) {
    JsonElement element = json.get(field);
    if (element == null || !element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
      problems.add(
          field + (element == null ? " is missing" : " must be a text, but was " + element));
      return Optional.empty();
    }
    return Optional.of(element.getAsString());
  }

  private <E extends Enum<E>> Optional<E> choice(String field, Class<E> type) {
    if (!json.has(field)) {
      String remedy =
          type == PromptTokenizer.class ? "; take llm where the models have two vocabularies" : "";
      problems.add(field + " is missing; it must be one of " + names(type) + remedy);
      return Optional.empty();
    }
    return text(field).flatMap(text -> choice(field, text, type));
  }

  private <E extends Enum<E>> Optional<E> choice(String field, String text, Class<E> type) {
    int at = names(type).indexOf(text);
    if (at < 0) {
      problems.add(field + " must be one of " + names(type) + ", but was " + text);
      return Optional.empty();
    }
    return Optional.of(type.getEnumConstants()[at]);
  }

  private static List<String> names(Class<? extends Enum<?>> type) {
    return Stream.of(type.getEnumConstants()).map(BundleManifest::value).toList();
  }

  private Map<String, String> digests(List<Path> parts) {
    Map<String, String> expected = new LinkedHashMap<>();
    JsonElement element = json.get(BundleManifest.SHA256);
    if (element == null) {
      return expected;
    }
    if (!element.isJsonObject()) {
      problems.add("sha256 must be an object of path and digest, but was " + element);
      return expected;
    }
    for (Map.Entry<String, JsonElement> entry : element.getAsJsonObject().entrySet()) {
      if (entry.getValue() instanceof JsonPrimitive digest && digest.isString()) {
        expected.put(entry.getKey(), digest.getAsString().toLowerCase(Locale.ROOT));
        verify(parts, entry.getKey(), digest.getAsString().toLowerCase(Locale.ROOT));
      } else {
        problems.add("sha256." + entry.getKey() + " must be a text, but was " + entry.getValue());
      }
    }
    return Collections.unmodifiableMap(expected);
  }

  private void verify(List<Path> parts, String written, String expected) {
    Path listed;
    try {
      listed = directory.resolve(written).normalize();
    } catch (InvalidPathException e) {
      problems.add("sha256 names " + written + ", which is no path");
      return;
    }
    if (parts.stream().noneMatch(listed::startsWith)) {
      problems.add("sha256 names " + written + ", which lies outside the bundle and its models");
      return;
    }
    if (!Files.exists(listed)) {
      problems.add("sha256 names " + written + ", which does not exist");
      return;
    }
    try {
      String actual = digests.sha256(listed);
      if (!actual.equals(expected)) {
        problems.add(written + " has the digest " + actual + ", but sha256 says " + expected);
      }
    } catch (ModelLoadException e) {
      problems.add("sha256 names " + e.getMessage());
    }
  }
}
