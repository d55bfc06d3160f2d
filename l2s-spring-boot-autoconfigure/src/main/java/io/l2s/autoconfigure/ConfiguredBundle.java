package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.assembly.BundleReader;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.KnownDigests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;

/** Opens the bundle that a model's properties name. */
final class ConfiguredBundle {

  private ConfiguredBundle() {}

  /**
   * @param digests keeps the digests that are verified
   */
  static Bundle open(ConfiguredModel model, ModelLocations locations, KnownDigests digests) {
    requireAlone(model);
    String property = model.property("l2s.bundle");
    Path directory = locations.directory(property, model.properties().bundle());
    if (!Files.exists(directory.resolve(Bundle.FILE))
        && Files.exists(directory.resolve(CheckpointFiles.CONFIG))) {
      throw ModelConfigurationException.checkpointAsBundle(model, directory);
    }
    return BundleReader.open(directory, digests);
  }

  /** Refuses a bundle beside properties that set what the bundle sets. */
  private static void requireAlone(ConfiguredModel model) {
    ModelProperties properties = model.properties();
    Map<String, Object> others = new LinkedHashMap<>();
    others.put("l2s.llm.location", properties.llm().location());
    others.put("l2s.llm.feature-layer", properties.llm().featureLayer());
    others.put("l2s.slm.location", properties.slm().location());
    others.put("l2s.projector.location", properties.projector().location());
    others.put("l2s.fusion", properties.fusion());
    others.put("l2s.prompt-tokenizer", properties.promptTokenizer());
    others.put("l2s.prompt-template", properties.promptTemplate());
    others.values().removeIf(Objects::isNull);
    if (!others.isEmpty()) {
      List<String> names = new ArrayList<>();
      names.add(model.property("l2s.bundle"));
      others.keySet().forEach(name -> names.add(model.property(name)));
      throw new MutuallyExclusiveConfigurationPropertiesException(names, names);
    }
  }
}
