package io.l2s.openai;

import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.HybridLanguageModels;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.l2s.autoconfigure.web.BodyLimits;
import io.l2s.autoconfigure.web.ClientLimitFilter;
import io.l2s.autoconfigure.web.JsonBodyFilter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration of the OpenAI endpoint for every {@link HybridLanguageModel} bean of a Spring
 * MVC application, where {@code l2s.openai.enabled} is true.
 */
@AutoConfiguration(after = L2sAutoConfiguration.class)
@ConditionalOnBooleanProperty("l2s.openai.enabled")
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBean(HybridLanguageModel.class)
@EnableConfigurationProperties(OpenAiProperties.class)
public class OpenAiAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  ServedModels l2sOpenAiModels(
      Map<String, HybridLanguageModel> beans,
      ObjectProvider<HybridLanguageModels> models,
      OpenAiProperties properties) {
    HybridLanguageModels listed = models.getIfAvailable();
    return ServedModels.of(
        beans, listed == null ? List.of() : listed.all(), properties.modelName());
  }

  @Bean
  @ConditionalOnMissingBean
  OpenAiController l2sOpenAiController(ServedModels models, OpenAiProperties properties) {
    return new OpenAiController(models, limits(properties).maxBytes(), Clock.systemUTC());
  }

  @Bean
  @ConditionalOnMissingBean(name = "l2sOpenAiBodyFilter")
  JsonBodyFilter l2sOpenAiBodyFilter(OpenAiProperties properties) {
    return new JsonBodyFilter(
        JsonBodyFilter.paths(OpenAiController.WITH_BODY),
        limits(properties),
        (problem, response) -> OpenAiError.of(problem).write(response));
  }

  @Bean
  @Conditional(LimitsClients.class)
  @ConditionalOnMissingBean(name = "l2sOpenAiClientLimitFilter")
  ClientLimitFilter l2sOpenAiClientLimitFilter(OpenAiProperties properties) {
    return new ClientLimitFilter(
        JsonBodyFilter.paths(OpenAiController.WITH_BODY),
        properties.maxRequestsPerClient(),
        (problem, response) -> OpenAiError.tooManyRequests(problem).write(response));
  }

  static final class LimitsClients implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return Binder.get(context.getEnvironment())
              .bind("l2s.openai.max-requests-per-client", Integer.class)
              .orElse(0)
          > 0;
    }
  }

  private static BodyLimits limits(OpenAiProperties properties) {
    return BodyLimits.of(
        "l2s.openai.max-body-size",
        properties.maxBodySize(),
        "l2s.openai.body-timeout",
        properties.bodyTimeout());
  }
}
