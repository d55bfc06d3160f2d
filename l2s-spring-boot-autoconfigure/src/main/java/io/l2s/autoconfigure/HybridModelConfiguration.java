package io.l2s.autoconfigure;

import io.l2s.HybridLanguageModel;
import io.l2s.ServingOptions;
import io.l2s.assembly.HybridModelBuilder;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.nio.file.Path;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Builds the served model from its parts. */
@Configuration(proxyBeanMethods = false)
class HybridModelConfiguration {

  @Bean
  @ConditionalOnMissingBean
  ServingOptions l2sServingOptions(L2sProperties properties) {
    return ConfiguredOptions.serving(properties);
  }

  @Bean
  @ConditionalOnMissingBean
  HybridLanguageModel l2sHybridLanguageModel(
      L2sProperties properties,
      ModelFiles files,
      ServingOptions options,
      NativeRuntime runtime,
      ObjectProvider<Projector> projectors,
      ObjectProvider<SlmDecoder> slms,
      ObjectProvider<SlmAlone> slmAlone,
      ObjectProvider<LlmEncoder> encoder,
      ObjectProvider<HybridLanguageModelDecorator> decorators,
      ConfigurableApplicationContext context) {
    HybridModelBuilder builder =
        new HybridModelBuilder(runtime)
            .options(options)
            .responsiveness(new ReadinessPublisher(context));
    // The LLM comes last, so that problems of the small parts are reported before the long load.
    addSlm(builder, files, projectors.getIfAvailable(), slms.getIfAvailable());
    slmAlone
        .getObject()
        .decoder()
        .ifPresent(decoder -> builder.slmAlone(decoder, files.slmAlone().orElseThrow()));
    builder.llm(encoder.getObject(), files.llm());
    HybridLanguageModel model = builder.build();
    try {
      // Before decoration, since a decorator might answer by another route and hide a failure.
      if (properties.warmUp()) {
        WarmUp.run(model, options);
      }
      for (HybridLanguageModelDecorator decorator : decorators.orderedStream().toList()) {
        model = decorator.decorate(model);
      }
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Bean
  DrainEnd l2sDrainEnd(ConfigurableApplicationContext context) {
    return new DrainEnd(context, "l2sHybridLanguageModel");
  }

  private static void addSlm(
      HybridModelBuilder builder, ModelFiles files, Projector projector, SlmDecoder slm) {
    if (projector == null && slm == null) {
      return;
    }
    if (projector == null) {
      throw ModelConfigurationException.slmWithoutProjector();
    }
    if (slm == null) {
      throw ModelConfigurationException.projectorWithoutSlm();
    }
    Path checkpoint = files.slm().orElseThrow(ModelConfigurationException::slmWithoutTokenizer);
    builder
        .slm(projector, slm, checkpoint, files.fusion())
        .promptTokenizer(files.promptTokenizer());
  }
}
