package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.ServingOptions;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.HybridModelBuilder;
import io.l2s.assembly.ModelFiles;
import io.l2s.assembly.ModelLoader;
import io.l2s.assembly.ModelParts;
import io.l2s.assembly.PartOptions;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.engine.NativeRuntime;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Makes models as l2s makes the configured ones: warmed up, wrapped by every {@link
 * HybridLanguageModelDecorator}, closed when the application shuts down, and listed in {@link
 * HybridLanguageModels} until they are closed. Thread-safe.
 */
public final class HybridLanguageModelFactory {

  private static final ModelSource NOT_RELOADABLE =
      (options, responsiveness) -> {
        throw new IllegalStateException(
            "the parts of the model are not made from files, so it cannot be reloaded");
      };

  private final ObjectProvider<NativeRuntime> runtime;
  private final ObjectProvider<ModelLoader> loader;
  private final ObjectProvider<HybridLanguageModelDecorator> decorators;
  private final MemoryAdmission memory;
  private final FileAdmission files;
  private final HybridLanguageModels models;
  private final ReadinessPublisher readiness;

  HybridLanguageModelFactory(
      ObjectProvider<NativeRuntime> runtime,
      ObjectProvider<ModelLoader> loader,
      ObjectProvider<HybridLanguageModelDecorator> decorators,
      MemoryAdmission memory,
      FileAdmission files,
      HybridLanguageModels models,
      ReadinessPublisher readiness) {
    this.runtime = runtime;
    this.loader = loader;
    this.decorators = decorators;
    this.memory = memory;
    this.files = files;
    this.models = models;
    this.readiness = readiness;
  }

  /**
   * Loads the model of {@code bundle} on automatic devices and in automatic number formats.
   *
   * @param name the model's name in logs, meters and circuit breakers
   * @throws L2sException if the model cannot be loaded
   * @throws IllegalArgumentException if there is a model of this name
   */
  public HybridLanguageModel create(String name, Bundle bundle, ServingOptions options) {
    ModelSource source =
        (bounds, responsiveness) -> {
          KnownDigests digests = new KnownDigests();
          Bundle read = BundleReader.open(bundle.directory(), digests);
          ModelFiles admitted = files.admit(name, Optional.of(read), ModelFiles.of(read));
          PartFiles parts =
              new PartFiles(
                  PartOptions.AUTO,
                  Optional.of(read),
                  ModelParts.open(admitted, digests),
                  OwnParts.NONE,
                  loader.getObject());
          return assembly(name).assemble(parts, bounds, responsiveness);
        };
    return create(ModelSettings.of(name, options), source, source, models::release);
  }

  /**
   * Puts parts of the caller together.
   *
   * @param name the model's name in logs, meters and circuit breakers
   * @param parts sets the parts; they stay the caller's, and the model cannot be reloaded
   * @throws L2sException if the parts do not fit
   * @throws IllegalArgumentException if there is a model of this name
   */
  public HybridLanguageModel create(
      String name, ServingOptions options, Consumer<HybridModelBuilder> parts) {
    ModelSource source =
        (bounds, responsiveness) -> {
          NativeRuntime engine = runtime.getObject();
          HybridModelBuilder builder = new HybridModelBuilder(engine);
          parts.accept(builder);
          return new LoadedModel(
              builder.options(bounds).responsiveness(responsiveness).build(),
              Optional.empty(),
              Map.of(),
              engine.describeThreads(),
              () -> {},
              () -> {});
        };
    return create(ModelSettings.of(name, options), source, NOT_RELOADABLE, models::release);
  }

  /**
   * Makes a configured model, which stays listed when it is closed.
   *
   * @param first loads the model
   * @param again loads it once more
   */
  HybridLanguageModel create(ModelSettings settings, ModelSource first, ModelSource again) {
    return create(settings, first, again, (model, clean) -> {});
  }

  private HybridLanguageModel create(
      ModelSettings settings,
      ModelSource first,
      ModelSource again,
      BiConsumer<ServedModel, Runnable> release) {
    ServedModel served = new ServedModel(settings, again, readiness, models.isStarted(), release);
    models.add(served);
    try {
      return served.start(first, decorators.orderedStream().toList());
    } catch (RuntimeException | Error e) {
      models.remove(served);
      throw e;
    }
  }

  ModelAssembly assembly(String name) {
    return new ModelAssembly(name, runtime.getObject(), memory);
  }
}
