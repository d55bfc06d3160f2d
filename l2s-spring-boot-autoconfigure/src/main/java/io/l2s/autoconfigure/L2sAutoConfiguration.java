package io.l2s.autoconfigure;

import io.l2s.HybridLanguageModel;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of {@link HybridLanguageModel} and its parts, each replaceable by a bean of
 * the application.
 *
 * <p>The parts load only where something needs them: an application that brings its own {@link
 * HybridLanguageModel} starts no native code.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "l2s.enabled", matchIfMissing = true)
@ConditionalOnClass(HybridLanguageModel.class)
@EnableConfigurationProperties({L2sProperties.class, ModelProperties.class})
@Import({
  EngineConfiguration.class,
  HybridModelConfiguration.class,
  WebServerDrainConfiguration.class,
  SingleModelConfiguration.class,
  NamedModelsRegistrar.class
})
public class L2sAutoConfiguration {}
