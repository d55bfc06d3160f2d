package io.l2s.model.t5;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.StrictJson;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.model.Shrinker;
import io.l2s.model.StoredInt8;
import io.l2s.model.WeightSpec;
import io.l2s.model.WeightTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a shallow T5 model of some layers of a deep one, unchanged, with its embeddings, norms and
 * head (Shleifer and Rush, "Pre-trained Summarization Distillation", arXiv 2010.13002: shrink, then
 * fine-tune). What comes out must be trained before it is of use.
 */
final class T5Shrinker implements Shrinker {

  private static final Pattern LAYER = Pattern.compile("(encoder|decoder)\\.block\\.(\\d+)\\.(.*)");

  @Override
  public void shrink(
      Checkpoint checkpoint, List<Integer> encoderLayers, List<Integer> decoderLayers, Path target)
      throws IOException {
    T5Config config = T5Config.read(checkpoint);
    WeightTable weights = new WeightTable(T5Weights.of(checkpoint, config));
    weights.check(checkpoint);
    Path file = checkpoint.config().file();
    if (StoredInt8.isIn(checkpoint.config())) {
      throw new ModelLoadException(
          file, "the weights are stored in int8; choose the checkpoint that this one was made of");
    }
    requireLayers(file, "encoder", encoderLayers, config.encoderLayers());
    requireLayers(file, "decoder", decoderLayers, config.decoderLayers());
    JsonObject shrunk = StrictJson.read(file);
    shrunk.addProperty("num_layers", encoderLayers.size());
    shrunk.addProperty("num_decoder_layers", decoderLayers.size());
    Files.writeString(
        target.resolve("config.json"),
        new GsonBuilder().setPrettyPrinting().create().toJson(shrunk) + "\n");
    List<TensorData> tensors = new ArrayList<>();
    for (WeightSpec spec : weights.required().toList()) {
      String name = spec.stored();
      Matcher layer = LAYER.matcher(name);
      if (!layer.matches()) {
        tensors.add(data(name, checkpoint.tensor(name)));
        continue;
      }
      List<Integer> kept = layer.group(1).equals("encoder") ? encoderLayers : decoderLayers;
      // The first layer holds the relative positions that all layers share.
      int number =
          spec.kind() == WeightSpec.Kind.BIAS ? 0 : kept.indexOf(Integer.parseInt(layer.group(2)));
      if (number >= 0) {
        String renamed = layer.group(1) + ".block." + number + "." + layer.group(3);
        tensors.add(data(renamed, checkpoint.tensor(name)));
      }
    }
    SafetensorsWriter.write(target.resolve("model.safetensors"), Map.of("format", "pt"), tensors);
  }

  private static TensorData data(String name, TensorEntry entry) {
    return new TensorData(name, entry.type(), entry.shape(), entry::map);
  }

  private static void requireLayers(Path file, String stack, List<Integer> kept, int layers) {
    boolean ascending = !kept.isEmpty();
    int previous = -1;
    for (int layer : kept) {
      ascending &= layer > previous && layer < layers;
      previous = layer;
    }
    if (!ascending) {
      throw new ModelLoadException(
          file,
          stack
              + " layers to keep must be ascending numbers from 0 to "
              + (layers - 1)
              + ", at least one, but were "
              + kept);
    }
  }
}
