package io.l2s.autoconfigure;

import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceCatalog;
import io.l2s.engine.NativeRuntime;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The native engine. Starting it keeps DJL off the network, so it comes before all else. */
@Lazy
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {

  @Bean
  @ConditionalOnMissingBean
  NativeRuntime l2sNativeRuntime(L2sProperties properties) {
    return NativeRuntime.start(
        properties.natives().download(), ConfiguredOptions.threads(properties), PropertyNames::of);
  }

  @Bean
  @ConditionalOnMissingBean
  DeviceCatalog l2sDeviceCatalog(NativeRuntime runtime) {
    return runtime.devices();
  }

  @Bean
  @ConditionalOnMissingBean
  ModelLoader l2sModelLoader(NativeRuntime runtime, DeviceCatalog devices) {
    return new ModelLoader(runtime, devices);
  }
}
