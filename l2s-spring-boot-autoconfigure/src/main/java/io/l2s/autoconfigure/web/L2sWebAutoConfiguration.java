package io.l2s.autoconfigure.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.l2s.HybridLanguageModel;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.embedded.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Auto-configuration of web applications that serve a model; every part is off by default. */
@AutoConfiguration(
    beforeName = {
      "org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration",
      "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration"
    })
@ConditionalOnBooleanProperty(name = "l2s.enabled", matchIfMissing = true)
@ConditionalOnWebApplication
@ConditionalOnClass({HybridLanguageModel.class, RestControllerAdvice.class})
@EnableConfigurationProperties(L2sWebProperties.class)
public class L2sWebAutoConfiguration {

  @Bean
  @ConditionalOnBooleanProperty("l2s.web.problem-details")
  @ConditionalOnMissingBean
  GenerationAdvice l2sGenerationAdvice() {
    return new GenerationAdvice();
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = Type.SERVLET)
  @ConditionalOnClass({HttpServletRequest.class, ResponseEntityExceptionHandler.class})
  static class ServletConfiguration {

    /** The properties of Spring Boot 4 and 3. */
    private static final String ERROR_PATH =
        "${spring.web.error.path:${server.error.path:${error.path:/error}}}";

    @Bean
    @ConditionalOnBooleanProperty("l2s.web.problem-details")
    @ConditionalOnMissingBean(ResponseEntityExceptionHandler.class)
    ServletProblems l2sServletProblems() {
      return new ServletProblems();
    }

    @Bean
    @ConditionalOnBooleanProperty("l2s.web.problem-details")
    ErrorPathFilter l2sErrorPathFilter(Environment environment) {
      return new ErrorPathFilter(environment.resolveRequiredPlaceholders(ERROR_PATH));
    }

    @Bean
    @Conditional(AllowedHosts.class)
    HostFilter l2sHostFilter(L2sWebProperties properties) {
      return new HostFilter(properties.allowedHosts());
    }

    @Bean
    @Conditional(LimitedPaths.class)
    ClientLimitFilter l2sClientLimitFilter(L2sWebProperties properties) {
      L2sWebProperties.ClientLimit limit = properties.clientLimit();
      if (limit.maxRequests() < 1) {
        throw new InvalidConfigurationPropertyValueException(
            "l2s.web.client-limit.max-requests", limit.maxRequests(), "It must be at least 1.");
      }
      return new ClientLimitFilter(
          JsonBodyFilter.paths(limit.paths()), limit.maxRequests(), ProblemWriter.PROBLEM_JSON);
    }

    @Bean
    @Conditional(JsonPaths.class)
    JsonBodyFilter l2sJsonBodyFilter(L2sWebProperties properties) {
      L2sWebProperties.JsonBody body = properties.jsonBody();
      return new JsonBodyFilter(
          JsonBodyFilter.paths(body.paths()),
          BodyLimits.of(
              "l2s.web.json-body.max-size",
              body.maxSize(),
              "l2s.web.json-body.timeout",
              body.timeout()),
          ProblemWriter.PROBLEM_JSON);
    }
  }

  /** Tomcat of Spring Boot 3; the module for Spring Boot 4 has its own. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = Type.SERVLET)
  @ConditionalOnClass({ErrorReportValve.class, ConfigurableTomcatWebServerFactory.class})
  static class TomcatConfiguration {

    @Bean
    @ConditionalOnBooleanProperty("l2s.web.problem-details")
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> l2sTomcatProblems() {
      return factory -> factory.addContextCustomizers(TomcatProblems::addTo);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ObjectMapper.class)
  @ConditionalOnBooleanProperty("l2s.web.strict-json")
  static class JacksonConfiguration {

    @Bean
    StrictJsonModule l2sStrictJsonModule() {
      return new StrictJsonModule();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Conditional(NoJackson.class)
  @ConditionalOnBooleanProperty("l2s.web.strict-json")
  static class NoJacksonConfiguration {

    NoJacksonConfiguration() {
      throw new InvalidConfigurationPropertyValueException(
          "l2s.web.strict-json",
          true,
          "It needs Jackson. Leave the property out, or add spring-boot-starter-json; on Spring"
              + " Boot 4 add spring-boot-starter-jackson and l2s-spring-boot4-starter.");
    }
  }

  /** Matches where no Jackson is there that one of the modules of l2s makes strict. */
  static final class NoJackson implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      ClassLoader loader = context.getClassLoader();
      boolean jackson2 =
          ClassUtils.isPresent(
                  "org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration", loader)
              || ClassUtils.isPresent(
                  "org.springframework.boot.jackson2.autoconfigure.Jackson2AutoConfiguration",
                  loader);
      boolean jackson3 =
          ClassUtils.isPresent(
                  "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration", loader)
              && ClassUtils.isPresent("io.l2s.autoconfigure.boot4.StrictJson3", loader);
      return !jackson2 && !jackson3;
    }
  }

  /** Matches where a list has an element, written as one text or element by element. */
  private abstract static class NotEmpty implements Condition {

    private final String property;

    NotEmpty(String property) {
      this.property = property;
    }

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return !Binder.get(context.getEnvironment())
          .bind(property, Bindable.listOf(String.class))
          .orElse(List.of())
          .isEmpty();
    }
  }

  static final class AllowedHosts extends NotEmpty {
    AllowedHosts() {
      super("l2s.web.allowed-hosts");
    }
  }

  static final class LimitedPaths extends NotEmpty {
    LimitedPaths() {
      super("l2s.web.client-limit.paths");
    }
  }

  static final class JsonPaths extends NotEmpty {
    JsonPaths() {
      super("l2s.web.json-body.paths");
    }
  }
}
