package io.l2s.autoconfigure;

import io.l2s.assembly.ModelLoader;
import io.l2s.engine.AvailableMemory;
import io.l2s.engine.DeviceCatalog;
import io.l2s.engine.NativeRuntime;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;

/** Beans that make, list and close models. */
@Configuration(proxyBeanMethods = false)
class HybridModelConfiguration {

  /** Bean that makes the configured models. */
  static final String CONFIGURED_MODELS = "l2sConfiguredModels";

  @Bean
  FileAdmission l2sFileAdmission(L2sProperties properties) {
    return new FileAdmission(properties.allowedRoots(), properties.requireDigests());
  }

  @Bean
  ModelLocations l2sModelLocations(
      ObjectProvider<ModelLocationResolver> resolvers,
      ResourceLoader resources,
      FileAdmission files) {
    ClasspathModels classpath = new ClasspathModels(resources, Extraction.temporary());
    return new ModelLocations(
        Stream.concat(resolvers.orderedStream(), Stream.of(classpath)).toList(), files);
  }

  @Bean
  @ConditionalOnMissingBean
  AvailableMemory l2sAvailableMemory() {
    return AvailableMemory.ofMachine();
  }

  @Bean
  MemoryAdmission l2sMemoryAdmission(
      L2sProperties properties, ObjectProvider<DeviceCatalog> devices, AvailableMemory available) {
    return new MemoryAdmission(properties.checkMemory(), devices, available);
  }

  @Bean
  ReadinessPublisher l2sReadinessPublisher(ConfigurableApplicationContext context) {
    return new ReadinessPublisher(context);
  }

  @Bean
  @ConditionalOnMissingBean
  HybridLanguageModels l2sHybridLanguageModels() {
    return new HybridLanguageModels();
  }

  @Bean
  @ConditionalOnMissingBean
  HybridLanguageModelFactory l2sHybridLanguageModelFactory(
      ObjectProvider<NativeRuntime> runtime,
      ObjectProvider<ModelLoader> loader,
      ObjectProvider<HybridLanguageModelDecorator> decorators,
      MemoryAdmission memory,
      FileAdmission files,
      HybridLanguageModels models,
      ReadinessPublisher readiness) {
    return new HybridLanguageModelFactory(
        runtime, loader, decorators, memory, files, models, readiness);
  }

  @Bean(CONFIGURED_MODELS)
  ConfiguredModels l2sConfiguredModels(
      L2sProperties properties,
      ModelLocations locations,
      FileAdmission files,
      ObjectProvider<ModelLoader> loader,
      HybridLanguageModelFactory factory,
      ConfigurableListableBeanFactory beans) {
    return new ConfiguredModels(properties, locations, files, loader, factory, beans);
  }

  @Bean
  DrainEnd l2sDrainEnd(
      ConfigurableApplicationContext context,
      HybridLanguageModels models,
      ObjectProvider<WebServerDrain> server) {
    return new DrainEnd(context, models, server.getIfAvailable(() -> WebServerDrain.NONE));
  }
}
