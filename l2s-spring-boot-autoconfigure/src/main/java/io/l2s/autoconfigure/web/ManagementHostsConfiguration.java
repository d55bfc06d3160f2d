package io.l2s.autoconfigure.web;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * The allowed hosts on a management port of its own, which has no filter of the application. A page
 * whose name leads to this machine (DNS rebinding) can call any port of it.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "l2s.enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnBean(L2sWebProperties.class)
@Conditional(L2sWebAutoConfiguration.AllowedHosts.class)
class ManagementHostsConfiguration {

  @Bean
  HostFilter l2sManagementHostFilter(L2sWebProperties properties) {
    return new HostFilter(properties.allowedHosts());
  }
}
