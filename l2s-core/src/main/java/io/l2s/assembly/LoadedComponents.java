package io.l2s.assembly;

import io.l2s.engine.OwnedParts;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.util.Optional;

/**
 * Loads the components of one model from its files when they are asked for, and closes what it has
 * loaded. Not thread-safe.
 */
public final class LoadedComponents implements ComponentSource, AutoCloseable {

  private final ModelLoader loader;
  private final ModelParts parts;
  private final PartOptions options;
  private final OwnedParts loaded = new OwnedParts();

  public LoadedComponents(ModelLoader loader, ModelParts parts, PartOptions options) {
    this.loader = loader;
    this.parts = parts;
    this.options = options;
  }

  /**
   * {@inheritDoc}
   *
   * @throws io.l2s.ModelLoadException with every problem of the projector, or of the SLM
   */
  @Override
  public Optional<Pair> pair() {
    return projector().flatMap(projector -> slm().map(slm -> new Pair(projector, slm)));
  }

  /** The projector, where the model has one. */
  public Optional<Projector> projector() {
    return parts
        .files()
        .projector()
        .map(file -> loaded.add(loader.loadProjector(file, options.projector())));
  }

  /** The SLM, where the model has one. */
  public Optional<SlmDecoder> slm() {
    return parts.slm().map(slm -> loaded.add(loader.loadSlm(slm, options.slm())));
  }

  @Override
  public Optional<SlmDecoder> slmAlone() {
    return parts.slmAlone().map(alone -> loaded.add(loader.loadSlm(alone, options.slm())));
  }

  @Override
  public LlmEncoder llm() {
    return loaded.add(loader.loadLlm(parts.llm(), options.llm(), parts.files().featureLayer()));
  }

  @Override
  public void close() {
    loaded.close();
  }
}
