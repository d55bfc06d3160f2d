package io.l2s.cli;

import io.l2s.Bundle;
import io.l2s.HybridLanguageModel;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.Route;
import io.l2s.assembly.HybridModelBuilder;
import io.l2s.assembly.MemoryCheck;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.AvailableMemory;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.OwnedParts;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A model with all that it runs on; closing frees everything, last made first. */
final class LoadedModel implements AutoCloseable {

  private final OwnedParts parts = new OwnedParts();
  private final ModelOptions options;
  private final NativeRuntime runtime;
  private final ModelLoader loader;

  // build() loads it before it hands this out.
  @SuppressWarnings("NullAway.Init")
  private HybridLanguageModel model;

  private LoadedModel(ModelOptions options) {
    this.options = options;
    this.runtime = parts.add(options.startRuntime());
    this.loader = new ModelLoader(runtime, runtime.devices());
  }

  /**
   * The checkpoint in {@code llm}, for the route {@code LLM_ONLY}.
   *
   * @throws io.l2s.L2sException if it cannot be loaded
   */
  static LoadedModel ofLlm(Path llm, ModelOptions options) {
    LoadedModel loaded = new LoadedModel(options);
    return loaded.build(
        () -> {
          loaded.requireMemory(check -> check.add(llm, options.llm(), options.serving()));
          return loaded.builder(llm, OptionalInt.empty());
        });
  }

  /**
   * Those parts of a bundle that {@code routes} need.
   *
   * @throws io.l2s.L2sException if they cannot be loaded
   */
  static LoadedModel ofBundle(Bundle bundle, Set<Route> routes, ModelOptions options) {
    if (routes.contains(Route.SLM_ONLY) && bundle.slmAlone().isEmpty()) {
      throw new ModelLoadException(
          bundle.directory().resolve(Bundle.FILE),
          "the route slm-only needs the field slmAlone, a small model trained without the LLM;"
              + " choose hybrid or llm-only, or name such a model; evaluate also takes it as"
              + " --slm-alone");
    }
    LoadedModel loaded = new LoadedModel(options);
    return loaded.build(
        () -> {
          loaded.requireMemory(check -> loaded.addNeeds(check, bundle, routes));
          return loaded.builder(bundle, routes);
        });
  }

  HybridLanguageModel model() {
    return model;
  }

  /** The number format in which the LLM in {@code directory} runs; never AUTO. */
  Precision llmPrecision(Path directory) {
    return loader.precision(directory, options.llm());
  }

  /** The number format in which the SLM in {@code directory} runs; never AUTO. */
  Precision slmPrecision(Path directory) {
    return loader.precision(directory, options.slm());
  }

  /** The device that runs, such as {@code cpu} or {@code gpu:0}. */
  String device() {
    return options.deviceName(runtime.devices());
  }

  private void requireMemory(Consumer<MemoryCheck> parts) {
    if (options.checksMemory()) {
      MemoryCheck check = new MemoryCheck(runtime.devices(), AvailableMemory.ofMachine());
      parts.accept(check);
      check.require();
    }
  }

  private void addNeeds(MemoryCheck check, Bundle bundle, Set<Route> routes) {
    if (routes.contains(Route.LLM_ONLY) || routes.contains(Route.EXACT)) {
      check.add(bundle.llm(), options.llm(), options.serving());
    } else {
      check.addReader(bundle.llm(), options.llm());
    }
    if (routes.contains(Route.HYBRID) || routes.contains(Route.EXACT)) {
      check.add(bundle.slm(), options.slm(), options.serving());
    }
    if (routes.contains(Route.EXACT)) {
      check.addExact(bundle.llm(), options.llm(), bundle.slm(), options.slm(), options.serving());
    }
    if (routes.contains(Route.SLM_ONLY)) {
      check.add(bundle.slmAlone().orElseThrow(), options.slm(), options.serving());
    }
  }

  private HybridModelBuilder builder(Path llm, OptionalInt featureLayer) {
    return new HybridModelBuilder(runtime)
        .options(options.serving())
        .llm(parts.add(loader.loadLlm(llm, options.llm(), featureLayer)), llm);
  }

  private HybridModelBuilder builder(Bundle bundle, Set<Route> routes) {
    HybridModelBuilder builder = builder(bundle.llm(), bundle.featureLayer());
    if (routes.contains(Route.HYBRID) || routes.contains(Route.EXACT)) {
      builder.slm(
          parts.add(loader.loadProjector(bundle.projector(), options.slm())),
          parts.add(loader.loadSlm(bundle.slm(), options.slm())),
          bundle.slm(),
          bundle.fusion());
      builder.promptTokenizer(bundle.promptTokenizer());
    }
    if (routes.contains(Route.SLM_ONLY)) {
      Path slmAlone = bundle.slmAlone().orElseThrow();
      builder.slmAlone(parts.add(loader.loadSlm(slmAlone, options.slm())), slmAlone);
    }
    return builder;
  }

  private LoadedModel build(Supplier<HybridModelBuilder> builder) {
    try {
      model = parts.add(builder.get().build());
      return this;
    } catch (RuntimeException | Error e) {
      try {
        close();
      } catch (RuntimeException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    parts.close();
  }
}
