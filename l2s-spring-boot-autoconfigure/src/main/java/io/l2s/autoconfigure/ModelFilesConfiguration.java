package io.l2s.autoconfigure;

import io.l2s.Bundle;
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
      ConfiguredModel model, ModelLocations locations, ObjectProvider<Bundle> bundles) {
    Bundle bundle = bundles.getIfAvailable();
    return bundle == null ? ModelFiles.of(model, locations) : ModelFiles.of(bundle);
  }
}
