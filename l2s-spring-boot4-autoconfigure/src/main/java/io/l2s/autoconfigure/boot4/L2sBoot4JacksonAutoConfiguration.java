package io.l2s.autoconfigure.boot4;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of {@code l2s.web.strict-json} for Jackson 3. */
@AutoConfiguration(before = JacksonAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "l2s.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty("l2s.web.strict-json")
@ConditionalOnWebApplication
@ConditionalOnClass(JsonMapperBuilderCustomizer.class)
public class L2sBoot4JacksonAutoConfiguration {

  @Bean
  StrictJson3 l2sStrictJson3() {
    return new StrictJson3();
  }
}
