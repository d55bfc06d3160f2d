package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentDescription;
import io.l2s.assembly.MemoryCheck;
import io.l2s.assembly.ModelParts;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.util.Map;
import java.util.Optional;

/** Where the parts of one model come from. Each part is asked for once, the LLM last. */
interface PartSource extends AutoCloseable {

  ModelParts parts();

  Optional<Bundle> bundle();

  Optional<Projector> projector();

  Optional<SlmDecoder> slm();

  Optional<SlmDecoder> slmAlone();

  LlmEncoder llm();

  /** Adds what the parts that come from files need. */
  void addTo(MemoryCheck check, ServingOptions options);

  /** The parts that come from files. */
  Map<ModelPart, ComponentDescription> describe();

  /** Frees the parts that nobody else frees. */
  @Override
  void close();

  /** Frees all parts that come from files, as others have taken their place. */
  default void retire() {
    close();
  }
}
