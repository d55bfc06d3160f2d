package io.l2s.autoconfigure;

import io.l2s.ServingOptions;
import io.l2s.assembly.MemoryCheck;
import io.l2s.engine.AvailableMemory;
import io.l2s.engine.DeviceCatalog;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Refuses models that the machine has no memory for. The beans that load models depend on it. */
@Lazy
@Configuration(proxyBeanMethods = false)
class MemoryConfiguration {

  static final String ADMISSION = "l2sMemoryAdmission";

  /** The parts that are loaded have been compared with the memory that is there. */
  record Admission(boolean compared) {}

  @Bean
  @ConditionalOnMissingBean
  AvailableMemory l2sAvailableMemory() {
    return AvailableMemory.ofMachine();
  }

  @Bean(ADMISSION)
  Admission admission(
      L2sProperties properties,
      ModelFiles files,
      ServingOptions options,
      DeviceCatalog devices,
      AvailableMemory available,
      BeanFactory beans) {
    if (!properties.checkMemory()) {
      return new Admission(false);
    }
    MemoryCheck check = new MemoryCheck(devices, available);
    // A bean of the application loads what it likes.
    if (beans.containsBean("l2sEncoder")) {
      check.add(files.llm(), ConfiguredOptions.llm(properties), options);
    }
    if (beans.containsBean("l2sSlm")) {
      check.add(files.slm().orElseThrow(), ConfiguredOptions.slm(properties), options);
    }
    files.slmAlone().ifPresent(path -> check.add(path, ConfiguredOptions.slm(properties), options));
    check.require();
    return new Admission(true);
  }
}
