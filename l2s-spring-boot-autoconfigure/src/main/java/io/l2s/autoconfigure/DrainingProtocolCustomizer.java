package io.l2s.autoconfigure;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/**
 * Gives the Tomcat of Spring Boot 3 the connector that drains. It runs before the customizers of
 * the application, so that a protocol which one of them sets stays.
 */
final class DrainingProtocolCustomizer
    implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

  /** Spring Boot's own factory. One of the application may have a protocol of its own. */
  private static final String FACTORY = "tomcatServletWebServerFactory";

  private final ListableBeanFactory beans;

  DrainingProtocolCustomizer(ListableBeanFactory beans) {
    this.beans = beans;
  }

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    if (beans.containsBeanDefinition(FACTORY)) {
      factory.setProtocol(DrainingNioProtocol.class.getName());
    }
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }
}
