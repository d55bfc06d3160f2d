package io.l2s.samples.spark;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.Bundle;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.HybridModelBuilder;
import io.l2s.assembly.LoadedComponents;
import io.l2s.assembly.MemoryCheck;
import io.l2s.assembly.ModelFiles;
import io.l2s.assembly.ModelLoader;
import io.l2s.assembly.ModelParts;
import io.l2s.assembly.PartOptions;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.engine.AvailableMemory;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.OwnedParts;
import io.l2s.engine.ThreadOptions;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The models of this JVM, one for each configuration. The first task that asks loads the model, the
 * end of the JVM frees it. Thread-safe.
 */
final class ExecutorModel {

  private static final Map<ModelSettings, HybridLanguageModel> MODELS = new HashMap<>();

  private ExecutorModel() {}

  /**
   * The model of {@code settings}, loaded if it is the first call.
   *
   * @throws io.l2s.L2sException if it cannot be loaded; the next call tries again
   */
  static synchronized HybridLanguageModel of(ModelSettings settings) {
    HybridLanguageModel model = MODELS.get(settings);
    if (model == null) {
      model = load(settings);
      MODELS.put(settings, model);
    }
    return model;
  }

  private static HybridLanguageModel load(ModelSettings settings) {
    OwnedParts parts = new OwnedParts();
    try {
      HybridLanguageModel model = load(settings, parts);
      Runtime.getRuntime().addShutdownHook(new Thread(parts::close, "l2s-close"));
      return model;
    } catch (RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  private static HybridLanguageModel load(ModelSettings settings, OwnedParts parts) {
    KnownDigests digests = new KnownDigests();
    Bundle bundle = BundleReader.open(settings.directory(), digests);
    ModelFiles files = ModelFiles.of(bundle).forRoutes(Set.of(Route.HYBRID, Route.LLM_ONLY));
    ModelParts model = ModelParts.open(files, digests);
    ServingOptions serving = settings.serving();
    ComponentOptions options = new ComponentOptions(DeviceSpec.AUTO, settings.precision());
    NativeRuntime runtime =
        parts.add(NativeRuntime.start(false, ThreadOptions.parse(settings.threads(), "auto")));
    new MemoryCheck(runtime.devices(), AvailableMemory.ofMachine())
        .add(model.llm(), options, serving)
        .add(model.slm().orElseThrow(), options, serving)
        .require();
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    LoadedComponents components =
        parts.add(new LoadedComponents(loader, model, new PartOptions(options, options, options)));
    HybridLanguageModel served =
        new HybridModelBuilder(runtime).options(serving).model(model, components).build();
    // The LLM answers where the SLM fails; the row's column "degradation" says so.
    return new CircuitBreakingLanguageModel(
        parts.add(served), CircuitBreaker.ofDefaults("l2s-slm"));
  }
}
