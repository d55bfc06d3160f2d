package io.l2s.autoconfigure;

import io.l2s.ServingOptions;
import io.l2s.assembly.HybridModelBuilder;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import io.l2s.serving.ResponsivenessListener;
import java.nio.file.Path;
import java.util.Optional;

/** Puts the parts of one model together. */
record ModelAssembly(String name, NativeRuntime runtime, MemoryAdmission memory) {

  LoadedModel assemble(
      PartSource parts, ServingOptions options, ResponsivenessListener responsiveness) {
    try {
      memory.require(parts, options);
      ModelFiles files = parts.files();
      HybridModelBuilder builder =
          new HybridModelBuilder(runtime).options(options).responsiveness(responsiveness);
      // The LLM comes last, so that problems of the small parts are reported before the long load.
      addSlm(builder, files, parts.projector(), parts.slm());
      parts
          .slmAlone()
          .ifPresent(decoder -> builder.slmAlone(decoder, files.slmAlone().orElseThrow()));
      files.promptTemplate().ifPresent(builder::promptTemplate);
      builder.llm(parts.encoder(), files.llm());
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

  private void addSlm(
      HybridModelBuilder builder,
      ModelFiles files,
      Optional<Projector> projector,
      Optional<SlmDecoder> slm) {
    if (projector.isEmpty() && slm.isEmpty()) {
      return;
    }
    if (projector.isEmpty()) {
      throw ModelConfigurationException.slmWithoutProjector(name);
    }
    if (slm.isEmpty()) {
      throw ModelConfigurationException.projectorWithoutSlm(name);
    }
    Path checkpoint =
        files.slm().orElseThrow(() -> ModelConfigurationException.slmWithoutTokenizer(name));
    builder
        .slm(projector.get(), slm.get(), checkpoint, files.fusion())
        .promptTokenizer(files.promptTokenizer());
  }
}
