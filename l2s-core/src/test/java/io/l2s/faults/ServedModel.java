package io.l2s.faults;

import io.l2s.Fixture;
import io.l2s.GenerationDefaults;
import io.l2s.HybridLanguageModel;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.HybridModelBuilder;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Precision;
import io.l2s.hybrid.Fusion;
import io.l2s.model.Decoder;
import io.l2s.model.Encoder;
import io.l2s.projector.Projector;
import io.l2s.serving.ServingOptions;
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

  final NativeRuntime runtime = NativeRuntime.start(false);
  final Encoder llm;
  final Projector projector;
  final Decoder slm;

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
    return new HybridModelBuilder(runtime)
        .llm(llm, Fixture.path("t5-llm"))
        .slm(projector, slm, Fixture.path("hybrid-a-t5-t5-add").resolve("slm"), Fusion.ADD)
        .options(
            ServingOptions.builder()
                .queueCapacity(queueCapacity)
                .maxBatchSize(maxBatchSize)
                .defaults(new GenerationDefaults(12, Optional.empty()))
                .build())
        .build();
  }

  @Override
  public void close() {
    slm.close();
    projector.close();
    llm.close();
    runtime.close();
  }
}
