package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.Fusion;
import io.l2s.InvalidSettingException;
import io.l2s.PromptTemplate;
import io.l2s.PromptTokenizer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The locations of the model's parts, from a bundle or from the application's properties.
 *
 * @param llm the LLM's checkpoint directory
 * @param featureLayer the LLM's layer after which the prompt features are taken; empty: the last
 * @param slm the SLM's checkpoint directory
 * @param projector the projector's file
 * @param promptTokenizer whose token ids the prompt has at the SLM's input
 * @param slmAlone checkpoint directory of the model for {@code SLM_ONLY}
 * @param promptTemplate the template of the prompts with which the model was trained
 */
record ModelFiles(
    Path llm,
    OptionalInt featureLayer,
    Optional<Path> slm,
    Optional<Path> projector,
    Fusion fusion,
    PromptTokenizer promptTokenizer,
    Optional<Path> slmAlone,
    Optional<PromptTemplate> promptTemplate) {

  static ModelFiles of(Bundle bundle) {
    return new ModelFiles(
        bundle.llm(),
        bundle.featureLayer(),
        Optional.of(bundle.slm()),
        Optional.of(bundle.projector()),
        bundle.fusion(),
        bundle.promptTokenizer(),
        bundle.slmAlone(),
        bundle.promptTemplate());
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
