package io.l2s.model.llama;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.ConfigFile;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The positions that each layer attends to, itself among them, as {@code sliding_window} and {@code
 * layer_types} say it.
 *
 * @param ofLayers one window a layer, 0 for all positions
 */
record SlidingWindows(List<Integer> ofLayers) {

  SlidingWindows {
    ofLayers = List.copyOf(ofLayers);
  }

  static SlidingWindows read(ConfigFile config, LlamaVariant variant, int layers) {
    List<Integer> windows =
        switch (variant) {
          case LLAMA -> Collections.nCopies(layers, 0);
          case MISTRAL -> Collections.nCopies(layers, size(config));
          case QWEN2, QWEN3 -> ofQwen(config, layers);
        };
    return new SlidingWindows(windows);
  }

  /** A null means that there is no window. */
  private static int size(ConfigFile config) {
    boolean none = config.named("sliding_window") && !config.has("sliding_window");
    return none ? 0 : config.intOr("sliding_window", 4_096, 1, 1 << 30);
  }

  private static List<Integer> ofQwen(ConfigFile config, int layers) {
    int window = config.booleanOr("use_sliding_window", false) ? size(config) : 0;
    List<String> types = config.strings("layer_types");
    if (types.isEmpty()) {
      int full = config.intOr("max_window_layers", 28, 0, 1_000);
      return IntStream.range(0, layers).mapToObj(layer -> layer >= full ? window : 0).toList();
    }
    if (types.size() != layers) {
      throw new ModelLoadException(
          config.file(), "layer_types must name " + layers + " layers, but names " + types.size());
    }
    return types.stream().map(each -> window(config, each, window)).toList();
  }

  private static int window(ConfigFile config, String layerType, int window) {
    return switch (layerType) {
      case "full_attention" -> 0;
      case "sliding_attention" -> {
        if (window == 0) {
          throw new ModelLoadException(
              config.file(), "layer_types has sliding_attention, but use_sliding_window is false");
        }
        yield window;
      }
      default ->
          throw new ModelLoadException(
              config.file(),
              "layer_types must be full_attention or sliding_attention, but has " + layerType);
    };
  }

  /**
   * The longest of all layers; {@link Integer#MAX_VALUE} where a layer attends to all positions.
   */
  int longest() {
    return ofLayers.contains(0) ? Integer.MAX_VALUE : Collections.max(ofLayers);
  }

  /** Names the kinds of the kept layers one by one, where they are named or differ. */
  void keepLayerTypes(JsonObject config, List<Integer> kept) {
    if (!config.has("layer_types") && ofLayers.stream().distinct().count() == 1) {
      return;
    }
    JsonArray types = new JsonArray();
    kept.forEach(
        layer -> types.add(ofLayers.get(layer) == 0 ? "full_attention" : "sliding_attention"));
    config.add("layer_types", types);
  }
}
