package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentDescription;
import io.l2s.assembly.MemoryCheck;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.OwnedParts;
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
  private final ModelFiles files;
  private final OwnParts own;
  private final ModelLoader loader;
  private final OwnedParts loaded = new OwnedParts();

  PartFiles(
      PartOptions options,
      Optional<Bundle> bundle,
      ModelFiles files,
      OwnParts own,
      ModelLoader loader) {
    this.options = options;
    this.bundle = bundle;
    this.files = files;
    this.own = own;
    this.loader = loader;
  }

  OwnParts own() {
    return own;
  }

  @Override
  public ModelFiles files() {
    return files;
  }

  @Override
  public Optional<Bundle> bundle() {
    return bundle;
  }

  @Override
  public Optional<Projector> projector() {
    return own.find(Projector.class)
        .or(
            () ->
                files
                    .projector()
                    .map(file -> loader.loadProjector(file, options.projector()))
                    .map(loaded::add));
  }

  @Override
  public Optional<SlmDecoder> slm() {
    return own.find(SlmDecoder.class)
        .or(
            () ->
                files
                    .slm()
                    .map(directory -> loader.loadSlm(directory, options.slm()))
                    .map(loaded::add));
  }

  @Override
  public Optional<SlmDecoder> slmAlone() {
    return files
        .slmAlone()
        .map(directory -> loader.loadSlm(directory, options.slm()))
        .map(loaded::add);
  }

  @Override
  public LlmEncoder encoder() {
    return own.find(LlmEncoder.class)
        .orElseGet(
            () -> loaded.add(loader.loadLlm(files.llm(), options.llm(), files.featureLayer())));
  }

  @Override
  public void addTo(MemoryCheck check, ServingOptions serving) {
    if (!own.has(LlmEncoder.class)) {
      check.add(files.llm(), options.llm(), serving);
    }
    if (!own.has(SlmDecoder.class)) {
      files.slm().ifPresent(directory -> check.add(directory, options.slm(), serving));
    }
    if (!own.has(LlmEncoder.class) && !own.has(SlmDecoder.class)) {
      files
          .slm()
          .ifPresent(
              slm -> check.addExact(files.llm(), options.llm(), slm, options.slm(), serving));
    }
    files.slmAlone().ifPresent(directory -> check.add(directory, options.slm(), serving));
  }

  @Override
  public Map<ModelPart, ComponentDescription> describe() {
    Map<ModelPart, ComponentDescription> parts = new EnumMap<>(ModelPart.class);
    if (!own.has(LlmEncoder.class)) {
      parts.put(ModelPart.LLM, loader.describe(files.llm(), options.llm()));
    }
    if (!own.has(SlmDecoder.class)) {
      files
          .slm()
          .map(directory -> loader.describe(directory, options.slm()))
          .ifPresent(slm -> parts.put(ModelPart.SLM, slm));
    }
    if (!own.has(Projector.class)) {
      files
          .projector()
          .map(file -> loader.describeProjector(file, options.projector()))
          .ifPresent(projector -> parts.put(ModelPart.PROJECTOR, projector));
    }
    files
        .slmAlone()
        .map(directory -> loader.describe(directory, options.slm()))
        .ifPresent(alone -> parts.put(ModelPart.SLM_ALONE, alone));
    return parts;
  }

  @Override
  public void close() {
    loaded.close();
  }
}
