package io.l2s.autoconfigure;

import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentSource;
import io.l2s.assembly.HybridModelBuilder;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import io.l2s.serving.ResponsivenessListener;
import java.util.Optional;

/** Puts the parts of one model together. */
record ModelAssembly(String name, NativeRuntime runtime, MemoryAdmission memory) {

  LoadedModel assemble(
      PartSource parts, ServingOptions options, ResponsivenessListener responsiveness) {
    try {
      memory.require(parts, options);
      HybridModelBuilder builder =
          new HybridModelBuilder(runtime)
              .options(options)
              .responsiveness(responsiveness)
              .model(parts.parts(), new Complete(name, parts));
      return new LoadedModel(
          builder.build(),
          parts.bundle(),
          parts.describe(),
          runtime.describeThreads(),
          parts::close,
          parts::retire);
    } catch (RuntimeException | Error e) {
      try {
        parts.close();
      } catch (RuntimeException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /**
   * The components of a model, of which none may lack what it needs.
   *
   * @param name the model's name
   */
  private record Complete(String name, PartSource parts) implements ComponentSource {

    @Override
    public Optional<Pair> pair() {
      Optional<Projector> projector = parts.projector();
      Optional<SlmDecoder> slm = parts.slm();
      if (projector.isEmpty() && slm.isEmpty()) {
        return Optional.empty();
      }
      if (projector.isEmpty()) {
        throw ModelConfigurationException.slmWithoutProjector(name);
      }
      if (slm.isEmpty()) {
        throw ModelConfigurationException.projectorWithoutSlm(name);
      }
      if (parts.parts().slm().isEmpty()) {
        throw ModelConfigurationException.slmWithoutTokenizer(name);
      }
      return Optional.of(new Pair(projector.get(), slm.get()));
    }

    @Override
    public Optional<SlmDecoder> slmAlone() {
      return parts.slmAlone();
    }

    @Override
    public LlmEncoder llm() {
      return parts.llm();
    }
  }
}
