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
import org.springframework.beans.factory.ObjectProvider;

/**
 * The parts of the single model, which are beans. Spring closes them when the context closes.
 *
 * @param described the same parts as files
 */
record PartBeans(
    PartFiles described,
    ObjectProvider<Projector> projectors,
    ObjectProvider<SlmDecoder> slms,
    ObjectProvider<SlmAlone> slmsAlone,
    ObjectProvider<LlmEncoder> encoders)
    implements PartSource {

  @Override
  public ModelParts parts() {
    return described.parts();
  }

  @Override
  public Optional<Bundle> bundle() {
    return described.bundle();
  }

  @Override
  public Optional<Projector> projector() {
    return Optional.ofNullable(projectors.getIfAvailable());
  }

  @Override
  public Optional<SlmDecoder> slm() {
    return Optional.ofNullable(slms.getIfAvailable());
  }

  @Override
  public Optional<SlmDecoder> slmAlone() {
    return slmsAlone.getObject().decoder();
  }

  @Override
  public LlmEncoder llm() {
    return encoders.getObject();
  }

  @Override
  public void addTo(MemoryCheck check, ServingOptions options) {
    described.addTo(check, options);
  }

  @Override
  public Map<ModelPart, ComponentDescription> describe() {
    return described.describe();
  }

  @Override
  public void close() {}

  /** Frees the memory of the auto-configured parts; beans of the application stay. */
  @Override
  public void retire() {
    slmsAlone.getObject().close();
    if (!described.own().has(SlmDecoder.class)) {
      slms.ifAvailable(SlmDecoder::close);
    }
    if (!described.own().has(Projector.class)) {
      projectors.ifAvailable(Projector::close);
    }
    if (!described.own().has(LlmEncoder.class)) {
      encoders.ifAvailable(LlmEncoder::close);
    }
  }
}
