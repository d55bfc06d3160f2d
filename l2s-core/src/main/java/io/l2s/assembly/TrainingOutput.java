package io.l2s.assembly;

import ai.djl.ndarray.NDArray;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.l2s.checkpoint.Digests;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.TensorData;
import io.l2s.engine.Arrays32;
import io.l2s.projector.ProjectorKind;
import io.l2s.training.TrainableModel;
import io.l2s.training.TrainingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a trained pair as a bundle, or a small model trained alone as a checkpoint. The LLM stays
 * where it is: the bundle names its path.
 */
final class TrainingOutput {

  private static final String UNFINISHED = "unfinished";
  private static final List<String> SETTINGS =
      List.of("generation_config.json", "tokenizer_config.json");
  private static final List<String> LLM_SETTINGS =
      List.of("config.json", "generation_config.json", "tokenizer.json");

  private final TrainingRequest request;
  private final TrainableModel model;
  private final Path slmFiles;
  private final Path tokenizer;
  private final FileDigests digests;

  /**
   * @param digests those of the LLM's files as they were when it was loaded
   */
  TrainingOutput(
      TrainingRequest request,
      TrainableModel model,
      Path slmFiles,
      Path tokenizer,
      FileDigests digests) {
    this.request = request;
    this.model = model;
    this.slmFiles = slmFiles;
    this.tokenizer = tokenizer;
    this.digests = digests;
  }

  /**
   * Brings a writing to its end that was complete but not yet in its place when its process died,
   * and drops one that was not complete.
   */
  void finish() {
    Path output = request.output();
    Path unfinished = output.resolve(UNFINISHED);
    try {
      if (Files.exists(unfinished.resolve(Bundle.FILE))) {
        // Without it the directory is no bundle, so that none mixes parts of two writings.
        Files.deleteIfExists(output.resolve(Bundle.FILE));
        List<Path> parts;
        try (Stream<Path> files = Files.walk(unfinished)) {
          parts =
              files
                  .filter(Files::isRegularFile)
                  .filter(file -> !file.endsWith(Bundle.FILE))
                  .sorted()
                  .toList();
        }
        move(unfinished, output, parts);
        move(unfinished, output, List.of(unfinished.resolve(Bundle.FILE)));
      }
      clear(unfinished);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + output + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes all beside what is there first, so that a full disk leaves the last writing usable; the
   * manifest comes last, so that {@link #finish} can go on from there.
   */
  void write() {
    Path output = request.output();
    Path unfinished = output.resolve(UNFINISHED);
    try {
      clear(unfinished);
      Files.createDirectories(unfinished);
      if (model instanceof TrainableModel.Hybrid hybrid) {
        List<Path> parts = new ArrayList<>(writeCheckpoint(unfinished.resolve("slm")));
        Path projector = unfinished.resolve("projector.safetensors");
        weights(projector, hybrid.projector().metadata(), hybrid.projector().parameters());
        parts.add(projector);
        Path manifest = unfinished.resolve("manifest");
        Files.writeString(manifest, manifest(unfinished, parts));
        Files.move(manifest, unfinished.resolve(Bundle.FILE), StandardCopyOption.ATOMIC_MOVE);
        finish();
      } else {
        move(unfinished, output, writeCheckpoint(unfinished));
        clear(unfinished);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + output + ": " + e.getMessage(), e);
    }
  }

  private static void move(Path from, Path to, List<Path> files) throws IOException {
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file));
      Files.createDirectories(target.getParent());
      Files.move(file, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void clear(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /** Writes the SLM and returns its files. */
  private List<Path> writeCheckpoint(Path directory) throws IOException {
    Files.createDirectories(directory);
    List<Path> written = new ArrayList<>();
    written.add(copy(ResumeSettings.slmConfig(request), directory.resolve("config.json")));
    for (String name : SETTINGS) {
      // A bare config.json brings no further settings; the tokenizer's directory may have them.
      Path own = slmFiles.resolve(name);
      Path source = Files.exists(own) ? own : tokenizer.resolveSibling(name);
      if (Files.exists(source)) {
        written.add(copy(source, directory.resolve(name)));
      }
    }
    written.add(copy(tokenizer, directory.resolve("tokenizer.json")));
    Path weights = directory.resolve("model.safetensors");
    weights(weights, Map.of("format", "pt"), model.slm().parameters());
    written.add(weights);
    return written;
  }

  private static Path copy(Path source, Path target) throws IOException {
    return Files.copy(source, target);
  }

  private void weights(Path file, Map<String, String> metadata, Map<String, NDArray> parameters) {
    List<TensorData> tensors =
        parameters.entrySet().stream()
            .map(
                entry ->
                    request.bf16()
                        ? Arrays32.bf16Data(entry.getKey(), entry.getValue())
                        : Arrays32.data(entry.getKey(), entry.getValue()))
            .toList();
    SafetensorsWriter.write(file, metadata, tensors);
  }

  private String manifest(Path directory, List<Path> parts) {
    JsonObject json = new JsonObject();
    json.addProperty("format", 1);
    Conditioning conditioning = request.conditioning().orElseThrow();
    json.addProperty("llm", relative(conditioning.llm()));
    conditioning.featureLayer().ifPresent(layer -> json.addProperty("featureLayer", layer));
    json.addProperty("slm", "slm");
    json.addProperty("projector", "projector.safetensors");
    json.addProperty("fusion", lowerCase(conditioning.fusion()));
    json.addProperty("promptTokenizer", "slm");
    request.data().promptTemplate().ifPresent(text -> json.addProperty("promptTemplate", text));
    json.add("training", facts(conditioning));
    json.add("sha256", digests(directory, parts, conditioning.llm()));
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json) + "\n";
  }

  private JsonObject digests(Path directory, List<Path> parts, Path llm) {
    JsonObject json = new JsonObject();
    for (Path part : parts) {
      json.addProperty(written(directory.relativize(part)), Digests.sha256(part));
    }
    // Another LLM of the same shape would fit and answer nonsense.
    for (Path file : llmFiles(llm)) {
      json.addProperty(relative(file), digests.sha256(file));
    }
    return json;
  }

  private static List<Path> llmFiles(Path llm) {
    return Stream.concat(
            LLM_SETTINGS.stream().map(llm::resolve).filter(Files::exists),
            ResumeSettings.weightFiles(llm).stream())
        .toList();
  }

  private JsonObject facts(Conditioning conditioning) {
    TrainingOptions options = request.options();
    JsonObject facts = new JsonObject();
    facts.addProperty(
        "data",
        request.data().files().stream()
            .map(
                part ->
                    part.file().getFileName() + (part.weight() == 1 ? "" : " x " + part.weight()))
            .collect(Collectors.joining(", ")));
    facts.addProperty("projector", lowerCase(conditioning.projector()));
    if (conditioning.projector() == ProjectorKind.MLP) {
      facts.addProperty("hidden", conditioning.hidden());
    }
    facts.addProperty("frozenSlm", conditioning.frozenSlm());
    options.duration().ifPresent(time -> facts.addProperty("minutes", time.toSeconds() / 60.0));
    if (options.steps() > 0) {
      facts.addProperty("steps", options.steps());
    }
    facts.addProperty("batchSize", options.batchSize());
    options.batchTokens().ifPresent(most -> facts.addProperty("batchTokens", most));
    facts.addProperty("accumulation", options.accumulation());
    facts.addProperty("learningRate", options.learningRate());
    facts.addProperty("scaleByRms", options.scaleByRms());
    facts.addProperty("warmUp", options.warmUp());
    facts.addProperty("decay", lowerCase(options.decay()));
    facts.addProperty("labelSmoothing", options.labelSmoothing());
    facts.addProperty("dropout", options.dropout());
    facts.addProperty("clip", options.clip());
    facts.addProperty("seed", options.seed());
    return facts;
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private String relative(Path file) {
    Path from = request.output().toAbsolutePath().normalize();
    Path to = file.toAbsolutePath().normalize();
    boolean sameRoot = from.getRoot().equals(to.getRoot());
    return written(sameRoot ? from.relativize(to) : to);
  }

  private static String written(Path path) {
    return path.toString().replace('\\', '/');
  }
}
