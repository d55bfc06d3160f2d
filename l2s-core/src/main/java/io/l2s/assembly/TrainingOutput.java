package io.l2s.assembly;

import ai.djl.ndarray.NDArray;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.TensorData;
import io.l2s.engine.Arrays32;
import io.l2s.training.TrainableModel;
import io.l2s.training.TrainingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a trained pair as a bundle, or a small model trained alone as a checkpoint. The LLM stays
 * where it is: the bundle names its path.
 */
final class TrainingOutput {

  private static final List<String> COPIED =
      List.of("config.json", "generation_config.json", "tokenizer_config.json");

  private final TrainingRequest request;
  private final TrainableModel model;
  private final Path slmFiles;
  private final Path tokenizer;

  TrainingOutput(TrainingRequest request, TrainableModel model, Path slmFiles, Path tokenizer) {
    this.request = request;
    this.model = model;
    this.slmFiles = slmFiles;
    this.tokenizer = tokenizer;
  }

  void write() {
    try {
      if (model instanceof TrainableModel.Hybrid hybrid) {
        Path slm = request.output().resolve("slm");
        writeCheckpoint(slm);
        weights(request.output().resolve("projector.safetensors"), hybrid.projector().parameters());
        Files.writeString(request.output().resolve(Bundle.FILE), manifest());
      } else {
        writeCheckpoint(request.output());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + request.output(), e);
    }
  }

  private void writeCheckpoint(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String name : COPIED) {
      // A bare config.json brings no further settings; the tokenizer's directory may have them.
      Path own = slmFiles.resolve(name);
      Path source = Files.exists(own) ? own : tokenizer.resolveSibling(name);
      if (Files.exists(source)) {
        copy(source, directory.resolve(name));
      }
    }
    copy(tokenizer, directory.resolve("tokenizer.json"));
    weights(directory.resolve("model.safetensors"), model.slm().parameters());
  }

  private static void copy(Path source, Path target) throws IOException {
    if (!Files.exists(target) || !Files.isSameFile(source, target)) {
      Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void weights(Path file, Map<String, NDArray> parameters) {
    List<TensorData> tensors =
        parameters.entrySet().stream()
            .map(
                entry ->
                    request.bf16()
                        ? Arrays32.bf16Data(entry.getKey(), entry.getValue())
                        : Arrays32.data(entry.getKey(), entry.getValue()))
            .toList();
    SafetensorsWriter.write(file, Map.of("format", "pt"), tensors);
  }

  private String manifest() {
    JsonObject json = new JsonObject();
    json.addProperty("format", 1);
    json.addProperty("llm", relative(request.llm().orElseThrow()));
    json.addProperty("slm", "slm");
    json.addProperty("projector", "projector.safetensors");
    json.addProperty("fusion", request.fusion().name().toLowerCase(Locale.ROOT));
    json.addProperty("promptTokenizer", "slm");
    request.promptTemplate().ifPresent(text -> json.addProperty("promptTemplate", text));
    json.add("training", facts());
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json) + "\n";
  }

  private JsonObject facts() {
    TrainingOptions options = request.options();
    JsonObject facts = new JsonObject();
    facts.addProperty("data", request.data().getFileName().toString());
    facts.addProperty("hidden", request.hidden());
    options.duration().ifPresent(time -> facts.addProperty("minutes", time.toSeconds() / 60.0));
    if (options.steps() > 0) {
      facts.addProperty("steps", options.steps());
    }
    facts.addProperty("batchSize", options.batchSize());
    facts.addProperty("learningRate", options.learningRate());
    facts.addProperty("scaleByRms", options.scaleByRms());
    facts.addProperty("warmUp", options.warmUp());
    facts.addProperty("labelSmoothing", options.labelSmoothing());
    facts.addProperty("clip", options.clip());
    facts.addProperty("seed", options.seed());
    return facts;
  }

  private String relative(Path llm) {
    Path from = request.output().toAbsolutePath().normalize();
    Path to = llm.toAbsolutePath().normalize();
    boolean sameRoot = from.getRoot().equals(to.getRoot());
    return (sameRoot ? from.relativize(to) : to).toString().replace('\\', '/');
  }
}
