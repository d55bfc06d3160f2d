package io.l2s.training;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.JsonFields;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.StrictJson;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import io.l2s.engine.Float32Tensors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps a training's state in one file, written as a whole or not at all: weights, moments and the
 * {@link TrainingState} in its metadata.
 */
final class TrainingStore {

  private static final String STATE = "l2s.training";

  private final Path file;
  private final Map<String, String> settings;
  private final Consumer<TrainingState> onBest;

  /**
   * @param file where the state is kept
   * @param settings what a resumed training must have in common with the one that is stored
   * @param onBest writes the model with the weights as they are and its loss; called on the native
   *     thread
   */
  TrainingStore(Path file, Map<String, String> settings, Consumer<TrainingState> onBest) {
    this.file = file;
    this.settings = settings;
    this.onBest = onBest;
  }

  /**
   * Reads how far the state in {@code file} is, none of its weights.
   *
   * @throws ModelLoadException if it cannot be read, or naming every setting that was another one
   */
  static TrainingState check(Path file, Map<String, String> settings) {
    return new TrainingStore(file, settings, state -> {}).progress(SafetensorsFile.open(file));
  }

  void saveBest(TrainingState state) {
    onBest.accept(state);
  }

  void save(TrainingState state, Map<String, NDArray> parameters, Map<String, NDArray> moments) {
    List<TensorData> tensors = new ArrayList<>();
    all(parameters, moments)
        .forEach((name, array) -> tensors.add(Float32Tensors.data(name, array)));
    JsonObject json = new JsonObject();
    json.addProperty("step", state.step());
    json.addProperty("elapsedNanos", state.elapsed().toNanos());
    json.addProperty("bestLoss", Double.toString(state.bestLoss()));
    JsonObject kept = new JsonObject();
    settings.forEach(kept::addProperty);
    json.add("settings", kept);
    SafetensorsWriter.write(file, Map.of(STATE, json.toString()), tensors);
  }

  TrainingState restore(Map<String, NDArray> parameters, Map<String, NDArray> moments) {
    SafetensorsFile stored = SafetensorsFile.open(file);
    TrainingState state = progress(stored);
    Map<String, NDArray> arrays = all(parameters, moments);
    List<String> problems = new ArrayList<>();
    arrays.forEach(
        (name, array) -> {
          TensorEntry entry = stored.tensors().get(name);
          if (entry == null) {
            problems.add("missing " + name);
          } else if (entry.type() != TensorType.F32) {
            problems.add(name + " has type " + entry.type() + ", expected F32");
          } else if (!entry.shape().equals(Float32Tensors.shape(array))) {
            problems.add(
                name + " has shape " + entry.shape() + ", expected " + Float32Tensors.shape(array));
          }
        });
    if (!problems.isEmpty()) {
      throw new ModelLoadException(file, problems);
    }
    arrays.forEach(
        (name, array) ->
            Float32Tensors.fill(array, Objects.requireNonNull(stored.tensors().get(name), name)));
    return state;
  }

  private TrainingState progress(SafetensorsFile stored) {
    JsonFields fields = metadata(stored);
    requireSameSettings(fields);
    return new TrainingState(
        fields.requiredInt("step", 0, Integer.MAX_VALUE),
        Duration.ofNanos(fields.requiredLong("elapsedNanos", 0, Long.MAX_VALUE)),
        loss(fields.requiredString("bestLoss")));
  }

  /** A text, as JSON has no infinity. */
  private double loss(String written) {
    try {
      double loss = Double.parseDouble(written);
      if (!Double.isNaN(loss)) {
        return loss;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw new ModelLoadException(
        file, STATE + ".bestLoss must be a number in a text, but was " + written);
  }

  private JsonFields metadata(SafetensorsFile stored) {
    String metadata = stored.metadata().get(STATE);
    if (metadata == null) {
      throw new ModelLoadException(file, "metadata " + STATE + " is missing");
    }
    JsonObject json = StrictJson.parse(file, metadata.getBytes(StandardCharsets.UTF_8));
    return new JsonFields(file, json, STATE + ".");
  }

  private void requireSameSettings(JsonFields fields) {
    Map<String, String> kept = fields.has("settings") ? fields.texts("settings") : Map.of();
    Set<String> names = new LinkedHashSet<>(settings.keySet());
    names.addAll(kept.keySet());
    List<String> problems = new ArrayList<>();
    for (String name : names) {
      String before = kept.getOrDefault(name, "not set");
      String now = settings.getOrDefault(name, "not set");
      if (!before.equals(now)) {
        problems.add("was trained with " + name + " " + before + ", but now it is " + now);
      }
    }
    if (!problems.isEmpty()) {
      problems.add(
          "a resumed training may change its length and learning rate, how often it saves and"
              + " validates and the format that it writes, and nothing else");
      throw new ModelLoadException(file, problems);
    }
  }

  private static Map<String, NDArray> all(
      Map<String, NDArray> parameters, Map<String, NDArray> moments) {
    Map<String, NDArray> all = new LinkedHashMap<>(parameters);
    all.putAll(moments);
    return all;
  }
}
