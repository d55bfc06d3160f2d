package io.l2s.training;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.l2s.Bundle;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.BundleManifest;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.checkpoint.OutputDirectory;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.StrictJson;
import io.l2s.checkpoint.TensorData;
import io.l2s.engine.Float32Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a trained pair as a bundle, or a small model trained alone as a checkpoint. The LLM stays
 * where it is, and the bundle names its path, unless a copy of it is wanted.
 */
final class TrainingOutput {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingOutput.class);
  private static final String UNFINISHED = "unfinished";
  private static final Pattern PARTS = Pattern.compile("unfinished|best-\\d+(-\\d+)?");

  /** The training writes these anew. */
  private static final Set<String> OWN =
      Set.of(CheckpointFiles.CONFIG, CheckpointFiles.INDEX, CheckpointFiles.TOKENIZER);

  private final TrainingRequest request;
  private final TrainableModel model;
  private final SlmSource slm;
  private final Path tokenizer;
  private final Optional<TrainedManifest> manifest;

  /**
   * @param digests those of the LLM's files as they were when it was loaded
   */
  TrainingOutput(
      TrainingRequest request,
      TrainableModel model,
      SlmSource slm,
      TrainingTokenizers tokenizers,
      KnownDigests digests) {
    this.request = request;
    this.model = model;
    this.slm = slm;
    this.tokenizer = tokenizers.targetFile();
    this.manifest =
        request
            .conditioning()
            .map(llm -> new TrainedManifest(request, tokenizers.promptTokenizer(), digests));
  }

  /**
   * Drops what no manifest names any more: a writing that was cut off, and the parts of the best
   * model before the present one. Files that cannot be dropped stay for the next time.
   */
  void tidy() {
    Path output = request.output();
    try {
      Optional<Path> present = presentParts();
      for (Path parts : parts(output)) {
        // A model alone has no parts; what is named so is not a training's.
        boolean own = manifest.isPresent() || parts.endsWith(UNFINISHED);
        if (own && !present.equals(Optional.of(parts.normalize()))) {
          OutputDirectory.delete(parts);
        }
      }
    } catch (IOException | UncheckedIOException | ModelLoadException e) {
      // A server on Windows may have mapped a file; a writing that lacks the room reports it.
      LOG.debug("cannot tidy {}", output, e);
    }
  }

  /** Directories in {@code output} that trainings write to and delete. */
  static List<Path> parts(Path output) {
    if (!Files.isDirectory(output)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(output)) {
      return entries
          .filter(entry -> PARTS.matcher(entry.getFileName().toString()).matches())
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + output, e);
    }
  }

  /** The directory of the parts that the manifest names, if they have one of their own. */
  private Optional<Path> presentParts() {
    return entry(BundleManifest.SLM)
        .map(path -> request.output().resolve(path).normalize().getParent());
  }

  /** The model alone that the user may have named in the bundle during the training. */
  private Optional<String> slmAlone() {
    try {
      return entry(BundleManifest.SLM_ALONE);
    } catch (ModelLoadException e) {
      LOG.warn("{}; it is written anew", e.getMessage());
      return Optional.empty();
    }
  }

  /** A path in the manifest that lies in the output now. */
  private Optional<String> entry(String name) {
    return Files.exists(request.output().resolve(Bundle.FILE))
        ? Optional.ofNullable(BundleManifest.read(request.output()).get(name))
            .filter(JsonElement::isJsonPrimitive)
            .map(JsonElement::getAsString)
        : Optional.empty();
  }

  /**
   * Writes all beside what is there, then switches to it: a full disk leaves the last writing
   * usable, and at any moment {@code l2s.json} names parts of one writing that are all there. The
   * writing before it stays until the next, for a server that is loading it.
   *
   * @param best how good the model is
   */
  void write(TrainingState best) {
    Path output = request.output();
    Path unfinished = output.resolve(UNFINISHED);
    try {
      tidy();
      OutputDirectory.delete(unfinished);
      Files.createDirectories(unfinished);
      if (model instanceof TrainableModel.Hybrid hybrid) {
        if (request.conditioning().orElseThrow().copied()) {
          LlmCopy.write(request);
        }
        List<Path> files = new ArrayList<>(writeCheckpoint(unfinished.resolve("slm")));
        Path projector = unfinished.resolve(BundleManifest.PROJECTOR_FILE);
        weights(projector, hybrid.projector().metadata(), hybrid.projector().parameters());
        files.add(projector);
        Path parts = newParts(best.step());
        // With the rest, so that nothing is switched where there is no room for it.
        Files.writeString(
            unfinished.resolve(Bundle.FILE),
            manifest
                .orElseThrow()
                .of(unfinished, files, parts.getFileName() + "/", best, slmAlone()),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.DSYNC);
        Files.move(unfinished, parts, StandardCopyOption.ATOMIC_MOVE);
        move(parts, output, List.of(parts.resolve(Bundle.FILE)));
      } else {
        move(unfinished, output, writeCheckpoint(unfinished));
        OutputDirectory.delete(unfinished);
      }
    } catch (IOException e) {
      throw OutputDirectory.cannotWrite(output, e);
    }
  }

  /** A directory that is not there; a resumed training may come by a step again. */
  private Path newParts(int step) {
    Path parts = request.output().resolve("best-" + step);
    for (int more = 2; Files.exists(parts); more++) {
      parts = request.output().resolve("best-" + step + "-" + more);
    }
    return parts;
  }

  private static void move(Path from, Path to, List<Path> files) throws IOException {
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file));
      Files.createDirectories(target.getParent());
      Files.move(file, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Writes the SLM and returns its files. */
  private List<Path> writeCheckpoint(Path directory) throws IOException {
    Files.createDirectories(directory);
    List<Path> written = new ArrayList<>();
    written.add(writeConfig(directory.resolve(CheckpointFiles.CONFIG)));
    for (String name : CheckpointFiles.BESIDE_WEIGHTS) {
      // A bare config.json brings no further settings; the tokenizer's directory may have them.
      Path own = slm.directory().resolve(name);
      Path source = Files.exists(own) ? own : tokenizer.resolveSibling(name);
      if (!OWN.contains(name) && Files.exists(source)) {
        written.add(copy(source, directory.resolve(name)));
      }
    }
    written.add(copy(tokenizer, directory.resolve(CheckpointFiles.TOKENIZER)));
    Path weights = directory.resolve(CheckpointFiles.WEIGHTS);
    weights(weights, Map.of("format", "pt"), model.slm().tensors());
    written.add(weights);
    return written;
  }

  /** The SLM's settings, with the number format in which its weights are written now. */
  private Path writeConfig(Path target) throws IOException {
    Path source = slm.config().file();
    JsonObject config = StrictJson.read(source);
    JsonPrimitive written = new JsonPrimitive(bf16() ? "bfloat16" : "float32");
    boolean differs = false;
    // The second is the name that transformers took before its version 5.
    for (String name : List.of("dtype", "torch_dtype")) {
      if (config.has(name) && !config.get(name).equals(written)) {
        config.add(name, written);
        differs = true;
      }
    }
    return differs ? Files.writeString(target, StrictJson.print(config)) : copy(source, target);
  }

  private boolean bf16() {
    return request.weightFormat() == TrainingRequest.WeightFormat.BF16;
  }

  private static Path copy(Path source, Path target) throws IOException {
    return Files.copy(source, target);
  }

  private void weights(Path file, Map<String, String> metadata, Map<String, NDArray> parameters) {
    List<TensorData> tensors =
        parameters.entrySet().stream()
            .map(
                entry ->
                    bf16()
                        ? Float32Tensors.bf16Data(entry.getKey(), entry.getValue())
                        : Float32Tensors.data(entry.getKey(), entry.getValue()))
            .toList();
    SafetensorsWriter.write(file, metadata, tensors);
  }
}
