package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentDescription;
import io.l2s.assembly.LoadedComponents;
import io.l2s.assembly.MemoryCheck;
import io.l2s.assembly.ModelInspection;
import io.l2s.assembly.ModelLoader;
import io.l2s.assembly.ModelParts;
import io.l2s.assembly.PartOptions;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Loads the parts of one model from its files, except those that the application brings. */
final class PartFiles implements PartSource {

  private final PartOptions options;
  private final Optional<Bundle> bundle;
  private final ModelParts parts;
  private final OwnParts own;
  private final ModelInspection inspection;
  private final LoadedComponents loaded;

  PartFiles(
      PartOptions options,
      Optional<Bundle> bundle,
      ModelParts parts,
      OwnParts own,
      ModelLoader loader) {
    this.options = options;
    this.bundle = bundle;
    this.parts = parts;
    this.own = own;
    this.inspection = loader.inspection();
    this.loaded = new LoadedComponents(loader, parts, options);
  }

  OwnParts own() {
    return own;
  }

  @Override
  public ModelParts parts() {
    return parts;
  }

  @Override
  public Optional<Bundle> bundle() {
    return bundle;
  }

  @Override
  public Optional<Projector> projector() {
    return own.find(Projector.class).or(loaded::projector);
  }

  @Override
  public Optional<SlmDecoder> slm() {
    return own.find(SlmDecoder.class).or(loaded::slm);
  }

  @Override
  public Optional<SlmDecoder> slmAlone() {
    return loaded.slmAlone();
  }

  @Override
  public LlmEncoder llm() {
    return own.find(LlmEncoder.class).orElseGet(loaded::llm);
  }

  @Override
  public void addTo(MemoryCheck check, ServingOptions serving) {
    if (!own.has(LlmEncoder.class)) {
      check.add(parts.llm(), options.llm(), serving);
    }
    if (!own.has(SlmDecoder.class)) {
      parts.slm().ifPresent(slm -> check.add(slm, options.slm(), serving));
    }
    if (!own.has(LlmEncoder.class) && !own.has(SlmDecoder.class)) {
      check.addExact(parts, options.llm(), options.slm(), serving);
    }
    parts.slmAlone().ifPresent(alone -> check.add(alone, options.slm(), serving));
  }

  @Override
  public Map<ModelPart, ComponentDescription> describe() {
    Map<ModelPart, ComponentDescription> described = new EnumMap<>(ModelPart.class);
    if (!own.has(LlmEncoder.class)) {
      described.put(ModelPart.LLM, inspection.describe(parts.llm(), options.llm()));
    }
    if (!own.has(SlmDecoder.class)) {
      parts
          .slm()
          .map(slm -> inspection.describe(slm, options.slm()))
          .ifPresent(slm -> described.put(ModelPart.SLM, slm));
    }
    if (!own.has(Projector.class)) {
      parts
          .files()
          .projector()
          .map(file -> inspection.describeProjector(file, options.projector()))
          .ifPresent(projector -> described.put(ModelPart.PROJECTOR, projector));
    }
    parts
        .slmAlone()
        .map(alone -> inspection.describe(alone, options.slm()))
        .ifPresent(alone -> described.put(ModelPart.SLM_ALONE, alone));
    return described;
  }

  @Override
  public void close() {
    loaded.close();
  }
}
