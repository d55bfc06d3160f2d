package io.l2s.cli;

import io.l2s.HybridLanguageModel;
import io.l2s.Precision;
import io.l2s.Route;
import io.l2s.assembly.HybridModelBuilder;
import io.l2s.assembly.LoadedComponents;
import io.l2s.assembly.ModelInspection;
import io.l2s.assembly.ModelLoader;
import io.l2s.assembly.ModelParts;
import io.l2s.assembly.PartOptions;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.OwnedParts;
import java.util.Set;

/** A model with all that it runs on; closing frees everything, last made first. */
final class LoadedModel implements AutoCloseable {

  private final OwnedParts owned = new OwnedParts();
  private final ModelOptions options;
  private final NativeRuntime runtime;
  private final ModelInspection inspection;

  // load() loads it before it hands this out.
  @SuppressWarnings("NullAway.Init")
  private HybridLanguageModel model;

  private LoadedModel(ModelOptions options) {
    this.options = options;
    this.runtime = owned.add(options.startRuntime());
    this.inspection = new ModelInspection(runtime.devices());
  }

  /**
   * Loads {@code parts}.
   *
   * @param routes those that will answer
   * @throws io.l2s.L2sException if they cannot be loaded
   */
  static LoadedModel load(ModelParts parts, Set<Route> routes, ModelOptions options) {
    LoadedModel loaded = new LoadedModel(options);
    try {
      loaded.load(parts, routes);
      return loaded;
    } catch (RuntimeException | Error e) {
      try {
        loaded.close();
      } catch (RuntimeException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  private void load(ModelParts parts, Set<Route> routes) {
    new MemoryNeeds(parts, routes, options, options.serving()).require(runtime.devices());
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    PartOptions how = new PartOptions(options.llm(), options.slm(), options.slm());
    model =
        owned.add(
            new HybridModelBuilder(runtime)
                .options(options.serving())
                .model(parts, owned.add(new LoadedComponents(loader, parts, how)))
                .build());
  }

  HybridLanguageModel model() {
    return model;
  }

  /** The number format in which {@code llm} runs as LLM; never AUTO. */
  Precision llmPrecision(Checkpoint llm) {
    return inspection.precision(llm, options.llm());
  }

  /** The number format in which {@code slm} runs as SLM; never AUTO. */
  Precision slmPrecision(Checkpoint slm) {
    return inspection.precision(slm, options.slm());
  }

  /** The device that runs, such as {@code cpu} or {@code gpu:0}. */
  String device() {
    return options.deviceName(runtime.devices());
  }

  @Override
  public void close() {
    owned.close();
  }
}
