package io.l2s.autoconfigure;

import java.util.List;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The names of the beans that a class path defines. No bean is created, since the native engine
 * belongs to one class loader of a process.
 */
public final class DefinedBeans {

  private DefinedBeans() {}

  public static String names() {
    try {
      new SpringApplicationBuilder(Application.class)
          .properties(
              "l2s.bundle=not-read", "logging.level.root=off", "spring.main.banner-mode=off")
          .run();
      throw new IllegalStateException("the context was refreshed");
    } catch (Defined e) {
      return String.join(" ", e.names);
    }
  }

  private static final class Defined extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> names;

    Defined(List<String> names) {
      this.names = names;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {

    // Runs after the configuration classes are read and before any bean is made of them.
    @Bean
    static BeanFactoryPostProcessor stop() {
      return factory -> {
        throw new Defined(List.of(factory.getBeanNamesForType(Object.class, true, false)));
      };
    }
  }
}
