package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.Fusion;
import io.l2s.PromptTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;

/**
 * The locations of the model's parts, from a bundle or from the application's properties.
 *
 * @param llm the LLM's checkpoint directory
 * @param featureLayer the LLM's layer after which the prompt features are taken; empty: the last
 * @param slm the SLM's checkpoint directory
 * @param projector the projector's file
 * @param promptTokenizer whose token ids the prompt has at the SLM's input
 * @param slmAlone checkpoint directory of the model for {@code SLM_ONLY}
 */
record ModelFiles(
    Path llm,
    OptionalInt featureLayer,
    Optional<Path> slm,
    Optional<Path> projector,
    Fusion fusion,
    PromptTokenizer promptTokenizer,
    Optional<Path> slmAlone) {

  static ModelFiles of(Bundle bundle) {
    return new ModelFiles(
        bundle.llm(),
        bundle.featureLayer(),
        Optional.of(bundle.slm()),
        Optional.of(bundle.projector()),
        bundle.fusion(),
        bundle.promptTokenizer(),
        bundle.slmAlone());
  }

  /** The parts by their own locations. */
  static ModelFiles of(L2sProperties properties) {
    if (properties.llm().location() == null) {
      throw ModelConfigurationException.noModel();
    }
    return new ModelFiles(
        ModelLocation.directory("l2s.llm.location", properties.llm().location()),
        featureLayer(properties.llm().featureLayer()),
        Optional.ofNullable(properties.slm().location())
            .map(location -> ModelLocation.directory("l2s.slm.location", location)),
        Optional.ofNullable(properties.projector().location())
            .map(location -> ModelLocation.file("l2s.projector.location", location)),
        Objects.requireNonNullElse(properties.fusion(), Fusion.ADD),
        Objects.requireNonNullElse(properties.promptTokenizer(), PromptTokenizer.SLM),
        Optional.empty());
  }

  private static OptionalInt featureLayer(Integer layer) {
    return layer == null ? OptionalInt.empty() : OptionalInt.of(layer);
  }

  /** Refuses a bundle beside properties that set what the bundle sets. */
  static void requireBundleAlone(L2sProperties properties) {
    Map<String, Object> others = new LinkedHashMap<>();
    others.put("l2s.llm.location", properties.llm().location());
    others.put("l2s.llm.feature-layer", properties.llm().featureLayer());
    others.put("l2s.slm.location", properties.slm().location());
    others.put("l2s.projector.location", properties.projector().location());
    others.put("l2s.fusion", properties.fusion());
    others.put("l2s.prompt-tokenizer", properties.promptTokenizer());
    others.values().removeIf(Objects::isNull);
    if (!others.isEmpty()) {
      List<String> names = new ArrayList<>(others.keySet());
      names.add(0, "l2s.bundle");
      throw new MutuallyExclusiveConfigurationPropertiesException(names, names);
    }
  }
}
