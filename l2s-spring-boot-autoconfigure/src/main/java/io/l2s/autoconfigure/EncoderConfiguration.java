package io.l2s.autoconfigure;

import io.l2s.assembly.ModelLoader;
import io.l2s.assembly.ModelParts;
import io.l2s.model.LlmEncoder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Loads the LLM. */
@Lazy
@Configuration(proxyBeanMethods = false)
class EncoderConfiguration {

  @Bean
  @ConditionalOnMissingBean
  LlmEncoder l2sEncoder(ConfiguredModel model, ModelParts parts, ModelLoader loader) {
    return loader.loadLlm(parts.llm(), ConfiguredOptions.llm(model), parts.files().featureLayer());
  }
}
