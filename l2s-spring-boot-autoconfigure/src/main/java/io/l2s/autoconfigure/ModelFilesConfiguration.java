package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.assembly.ModelFiles;
import io.l2s.assembly.ModelParts;
import io.l2s.checkpoint.KnownDigests;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * The locations of the model's parts. A configured bundle is a bean, so that applications can read
 * its prompt template.
 */
@Lazy
@Configuration(proxyBeanMethods = false)
class ModelFilesConfiguration {

  @Bean
  @ConditionalOnProperty("l2s.bundle")
  @ConditionalOnMissingBean
  Bundle l2sBundle(ConfiguredModel model, ModelLocations locations, KnownDigests digests) {
    return ConfiguredBundle.open(model, locations, digests);
  }

  @Bean
  KnownDigests l2sKnownDigests() {
    return new KnownDigests();
  }

  @Bean
  ModelFiles l2sModelFiles(
      ConfiguredModel model,
      ModelLocations locations,
      FileAdmission admission,
      ObjectProvider<Bundle> bundles) {
    Optional<Bundle> bundle = Optional.ofNullable(bundles.getIfAvailable());
    return admission.admit(model.name(), bundle, ConfiguredFiles.of(model, bundle, locations));
  }

  /** The opened checkpoints, for all beans that load or describe one. */
  @Bean
  ModelParts l2sModelParts(ModelFiles files, KnownDigests digests) {
    return ModelParts.open(files, digests);
  }
}
