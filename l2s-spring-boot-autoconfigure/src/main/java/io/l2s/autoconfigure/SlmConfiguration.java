package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.assembly.ModelLoader;
import io.l2s.assembly.ModelParts;
import io.l2s.model.SlmDecoder;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Loads the SLM where one is named, and the bundle's small model that answers without the LLM. */
@Lazy
@Configuration(proxyBeanMethods = false)
class SlmConfiguration {

  @Bean
  @ConditionalOnMissingBean
  @Conditional(Named.class)
  SlmDecoder l2sSlm(ConfiguredModel model, ModelParts parts, ModelLoader loader) {
    return loader.loadSlm(parts.slm().orElseThrow(), ConfiguredOptions.slm(model));
  }

  @Bean
  SlmAlone l2sSlmAlone(ConfiguredModel model, ModelParts parts, ModelLoader loader) {
    return new SlmAlone(
        parts.slmAlone().map(alone -> loader.loadSlm(alone, ConfiguredOptions.slm(model))));
  }

  static class Named extends AnyNestedCondition {

    Named() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    // The configured bundle is a bean by now, and so is one of the application.
    @ConditionalOnBean(Bundle.class)
    static class InBundle {}

    @ConditionalOnProperty("l2s.slm.location")
    static class ByItself {}
  }
}
