package io.l2s.model;

import com.google.gson.JsonObject;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.StrictJson;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a shallow model of some layers of a deep one, unchanged, with its embeddings, norms and
 * head (Shleifer and Rush, "Pre-trained Summarization Distillation", arXiv 2010.13002: shrink, then
 * fine-tune). The result must be trained before it is of use.
 *
 * @param weights the tensors that a checkpoint must hold
 * @param stacks the encoder's layers and the decoder's, or the only ones of a decoder-only model
 */
record LayerShrinker(
    Function<Checkpoint, List<WeightSpec>> weights, Function<ConfigFile, List<LayerStack>> stacks)
    implements Shrinker {

  @Override
  public void shrink(
      Checkpoint checkpoint, List<Integer> encoderLayers, List<Integer> decoderLayers, Path target)
      throws IOException {
    WeightTable table = new WeightTable(weights.apply(checkpoint));
    table.check(checkpoint);
    Path file = checkpoint.config().file();
    if (StoredInt8.isIn(checkpoint.config())) {
      throw new ModelLoadException(
          file, "the weights are stored in int8; choose the checkpoint that this one was made of");
    }
    List<LayerStack> all = stacks.apply(checkpoint.config());
    if (all.size() == 1 && !encoderLayers.isEmpty()) {
      throw new ModelLoadException(
          file,
          "encoder layers to keep must be left out, as the model has no encoder, but were "
              + encoderLayers);
    }
    List<List<Integer>> kept =
        all.size() == 1 ? List.of(decoderLayers) : List.of(encoderLayers, decoderLayers);
    JsonObject config = StrictJson.read(file);
    List<TensorData> tensors = new ArrayList<>();
    Set<String> stored = new HashSet<>();
    table.required().forEach(spec -> stored.add(spec.stored()));
    List<Layers> layers = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      requireLayers(file, all.get(i), kept.get(i));
      all.get(i).settings().keep(config, kept.get(i));
      layers.add(new Layers(all.get(i), kept.get(i), stored));
    }
    for (String name : table.required().map(WeightSpec::stored).toList()) {
      Optional<String> renamed = Optional.of(name);
      for (Layers each : layers) {
        renamed = renamed.flatMap(each::renamed);
      }
      TensorEntry entry = checkpoint.tensor(name);
      renamed.ifPresent(
          to -> tensors.add(new TensorData(to, entry.type(), entry.shape(), entry::map)));
    }
    Files.writeString(target.resolve(CheckpointFiles.CONFIG), StrictJson.print(config));
    SafetensorsWriter.write(
        target.resolve(CheckpointFiles.WEIGHTS), Map.of("format", "pt"), tensors);
    checkpoint.requireUnchanged();
  }

  /** The layers of one stack that are kept. */
  private record Layers(LayerStack stack, List<Integer> kept, Set<String> stored) {

    /** The name of a tensor in the shallow model; empty where its layer is dropped. */
    Optional<String> renamed(String name) {
      Matcher layer =
          Pattern.compile("((?:.*\\.)?" + Pattern.quote(stack.prefix()) + ")(\\d+)(\\..*)")
              .matcher(name);
      if (!layer.matches()) {
        return Optional.of(name);
      }
      int number = Integer.parseInt(layer.group(2));
      // A tensor that no other layer has serves all of them, as T5's relative positions do.
      boolean shared =
          number == 0
              && stack.layers() > 1
              && !stored.contains(layer.group(1) + 1 + layer.group(3));
      int at = shared ? 0 : kept.indexOf(number);
      return at < 0 ? Optional.empty() : Optional.of(layer.group(1) + at + layer.group(3));
    }
  }

  private static void requireLayers(Path file, LayerStack stack, List<Integer> kept) {
    boolean ascending = !kept.isEmpty();
    int previous = -1;
    for (int layer : kept) {
      ascending &= layer > previous && layer < stack.layers();
      previous = layer;
    }
    if (!ascending) {
      throw new ModelLoadException(
          file,
          stack.name()
              + " layers to keep must be ascending numbers from 0 to "
              + (stack.layers() - 1)
              + ", at least one, but were "
              + kept);
    }
  }
}
