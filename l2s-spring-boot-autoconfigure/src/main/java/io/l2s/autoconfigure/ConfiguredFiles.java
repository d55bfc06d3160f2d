package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.Fusion;
import io.l2s.InvalidSettingException;
import io.l2s.PromptTemplate;
import io.l2s.PromptTokenizer;
import io.l2s.assembly.ModelFiles;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** The locations of a model's parts, from its bundle or from its properties. */
final class ConfiguredFiles {

  private ConfiguredFiles() {}

  static ModelFiles of(ConfiguredModel model, Optional<Bundle> bundle, ModelLocations locations) {
    return bundle.map(ModelFiles::of).orElseGet(() -> of(model, locations));
  }

  /** The parts by their own locations. */
  static ModelFiles of(ConfiguredModel model, ModelLocations locations) {
    ModelProperties properties = model.properties();
    if (properties.llm().location() == null) {
      throw ModelConfigurationException.noModel(model);
    }
    return new ModelFiles(
        locations.directory(model.property("l2s.llm.location"), properties.llm().location()),
        featureLayer(properties.llm().featureLayer()),
        Optional.ofNullable(properties.slm().location())
            .map(location -> locations.directory(model.property("l2s.slm.location"), location)),
        Optional.ofNullable(properties.projector().location())
            .map(location -> locations.file(model.property("l2s.projector.location"), location)),
        Objects.requireNonNullElse(properties.fusion(), Fusion.ADD),
        Objects.requireNonNullElse(properties.promptTokenizer(), PromptTokenizer.SLM),
        Optional.empty(),
        promptTemplate(model));
  }

  private static Optional<PromptTemplate> promptTemplate(ConfiguredModel model) {
    try {
      return Optional.ofNullable(model.properties().promptTemplate()).map(PromptTemplate::new);
    } catch (InvalidSettingException e) {
      throw PropertyNames.invalid(model, "l2s.prompt-template", e);
    }
  }

  private static OptionalInt featureLayer(Integer layer) {
    return layer == null ? OptionalInt.empty() : OptionalInt.of(layer);
  }
}
