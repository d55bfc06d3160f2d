package io.l2s.autoconfigure;

import io.l2s.Excerpt;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains a value of a property of l2s that cannot be bound and has characters that no log shows.
 * Spring Boot's own analyzer would print them as they are, or as question marks.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class UnprintableValueFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

  private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("l2s");
  private static final int LONGEST = 1_000;

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
    ConfigurationProperty property = cause.getProperty();
    if (property == null || !PREFIX.isAncestorOf(property.getName())) {
      return null;
    }
    String value = String.valueOf(property.getValue());
    String shown = Excerpt.of(value, LONGEST);
    if (shown.equals(value)) {
      return null;
    }
    String reason = String.valueOf(NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
    return new FailureAnalysis(
        property.getName()
            + " is \""
            + shown
            + "\", which is no "
            + cause.getTarget().getType()
            + " ("
            + property.getOrigin()
            + "): "
            + Excerpt.of(reason, LONGEST),
        "Write another value for " + property.getName() + ".",
        cause);
  }
}
