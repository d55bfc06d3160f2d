package io.l2s.autoconfigure;

import io.l2s.HybridLanguageModel;
import io.l2s.ServingOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.assembly.ModelParts;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

/** The model of {@code l2s.*}, whose parts are beans. */
@Conditional(OnSingleModel.class)
@Configuration(proxyBeanMethods = false)
@Import({
  ModelFilesConfiguration.class,
  EncoderConfiguration.class,
  ProjectorConfiguration.class,
  SlmConfiguration.class
})
class SingleModelConfiguration {

  @Bean
  @ConditionalOnMissingBean
  ServingOptions l2sServingOptions(ConfiguredModel model) {
    return ConfiguredOptions.serving(model);
  }

  @Bean
  ConfiguredModel l2sConfiguredModel(ModelProperties properties) {
    return new ConfiguredModel(ConfiguredModel.DEFAULT, properties);
  }

  @Lazy
  @Bean
  PartBeans l2sPartBeans(
      ConfiguredModel model,
      ModelParts parts,
      ModelLoader loader,
      ObjectProvider<io.l2s.Bundle> bundles,
      ObjectProvider<Projector> projectors,
      ObjectProvider<SlmDecoder> slms,
      ObjectProvider<SlmAlone> slmsAlone,
      ObjectProvider<LlmEncoder> encoders,
      ConfigurableListableBeanFactory beans) {
    PartFiles described =
        new PartFiles(
            ConfiguredOptions.parts(model),
            Optional.ofNullable(bundles.getIfAvailable()),
            parts,
            new UnqualifiedParts(beans),
            loader);
    return new PartBeans(described, projectors, slms, slmsAlone, encoders);
  }

  @Bean
  @Qualifier(ConfiguredModel.DEFAULT)
  @ConditionalOnMissingBean
  HybridLanguageModel l2sHybridLanguageModel(
      ConfiguredModels models, ConfiguredModel model, ServingOptions options, PartBeans parts) {
    return models.single(model, options, parts);
  }
}
