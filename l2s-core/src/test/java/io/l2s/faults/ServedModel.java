package io.l2s.faults;

import ai.djl.ndarray.NDManager;
import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.GenerationDefaults;
import io.l2s.HybridLanguageModel;
import io.l2s.NativeHandles;
import io.l2s.Precision;
import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.HybridModelBuilder;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The fixture hybrid on the real engine, and prompts for it. */
final class ServedModel implements AutoCloseable {

  static final List<String> PROMPTS =
      Fixture.open("hybrid-a-t5-t5-add").cases().stream()
          .map(each -> each.get("text").getAsString())
          .filter(text -> text.length() < 100)
          .toList();

  private static final Path STATM = Path.of("/proc/self/statm");

  final NativeRuntime runtime = NativeRuntime.start(false);
  final LlmEncoder llm;
  final Projector projector;
  final SlmDecoder slm;

  ServedModel() {
    Precision precision = Precision.valueOf(System.getProperty("l2s.soak.precision", "F32"));
    ComponentOptions options = new ComponentOptions(DeviceSpec.CPU, precision);
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    Path hybrid = Fixture.path("hybrid-a-t5-t5-add");
    llm = loader.loadLlm(Fixture.path("t5-llm"), options);
    projector = loader.loadProjector(hybrid.resolve("projector.safetensors"), options);
    slm = loader.loadSlm(hybrid.resolve("slm"), options);
  }

  HybridLanguageModel serve(int queueCapacity, int maxBatchSize) {
    return serve(queueCapacity, maxBatchSize, new Faults(runtime));
  }

  HybridLanguageModel serve(int queueCapacity, int maxBatchSize, Faults faults) {
    return new HybridModelBuilder(runtime)
        .llm(faults.around(llm), Fixture.path("t5-llm"))
        .slm(
            projector,
            faults.around(slm),
            Fixture.path("hybrid-a-t5-t5-add").resolve("slm"),
            Fusion.ADD)
        .options(
            ServingOptions.builder()
                .queueCapacity(queueCapacity)
                .maxBatchSize(maxBatchSize)
                // Full after some hundred prompts, so that it does not count as a leak.
                .featureCacheBytes(1 << 20)
                .defaults(new GenerationDefaults(12, Optional.empty()))
                .build())
        .build();
  }

  /** Scopes, arrays and programs that live on the engine, those of the loaded parts included. */
  int handles() {
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            return NativeHandles.count(scope) - 1;
          }
        });
  }

  /** Resident memory of this process; 0 where the system does not tell. */
  static long residentBytes() throws IOException {
    System.gc();
    return Files.isReadable(STATM)
        ? Long.parseLong(Files.readString(STATM).split(" ")[1]) * 4096
        : 0;
  }

  @Override
  public void close() {
    slm.close();
    projector.close();
    llm.close();
    runtime.close();
  }
}
