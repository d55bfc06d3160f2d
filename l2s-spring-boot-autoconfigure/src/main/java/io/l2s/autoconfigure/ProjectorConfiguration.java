package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.assembly.ModelFiles;
import io.l2s.assembly.ModelLoader;
import io.l2s.projector.Projector;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Loads the projector where one is named. */
@Lazy
@Configuration(proxyBeanMethods = false)
class ProjectorConfiguration {

  @Bean
  @ConditionalOnMissingBean
  @Conditional(Named.class)
  Projector l2sProjector(ConfiguredModel model, ModelFiles files, ModelLoader loader) {
    return loader.loadProjector(
        files.projector().orElseThrow(), ConfiguredOptions.projector(model));
  }

  static class Named extends AnyNestedCondition {

    Named() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    // The configured bundle is a bean by now, and so is one of the application.
    @ConditionalOnBean(Bundle.class)
    static class InBundle {}

    @ConditionalOnProperty("l2s.projector.location")
    static class ByItself {}
  }
}
