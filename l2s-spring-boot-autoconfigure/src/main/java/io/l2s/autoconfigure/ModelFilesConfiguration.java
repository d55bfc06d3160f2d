package io.l2s.autoconfigure;

import io.l2s.Bundle;
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
  Bundle l2sBundle(ConfiguredModel model, ModelLocations locations) {
    return ConfiguredBundle.open(model, locations);
  }

  @Bean
  ModelFiles l2sModelFiles(
      ConfiguredModel model,
      ModelLocations locations,
      FileAdmission admission,
      ObjectProvider<Bundle> bundles) {
    Optional<Bundle> bundle = Optional.ofNullable(bundles.getIfAvailable());
    return admission.admit(
        model.name(),
        bundle,
        bundle.map(ModelFiles::of).orElseGet(() -> ModelFiles.of(model, locations)));
  }
}
