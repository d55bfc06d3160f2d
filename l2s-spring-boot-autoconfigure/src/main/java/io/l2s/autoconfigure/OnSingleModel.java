package io.l2s.autoconfigure;

import io.l2s.Bundle;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches where {@code l2s.*} configures a model, or where nothing does, so that the start fails
 * with the properties to set.
 */
class OnSingleModel extends AnyNestedCondition {

  OnSingleModel() {
    super(ConfigurationPhase.REGISTER_BEAN);
  }

  @ConditionalOnProperty("l2s.bundle")
  static class OfBundle {}

  @ConditionalOnProperty("l2s.llm.location")
  static class OfParts {}

  @ConditionalOnBean(Bundle.class)
  static class OfOwnBundle {}

  @Conditional(NoNamedModels.class)
  static class WithoutOthers {}

  static class NoNamedModels extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(
        ConditionContext context, AnnotatedTypeMetadata metadata) {
      ConditionMessage.Builder message = ConditionMessage.forCondition("l2s models");
      return ModelNames.named(context.getEnvironment()).isEmpty()
          ? ConditionOutcome.match(message.didNotFind("property").items("l2s.models"))
          : ConditionOutcome.noMatch(message.found("property").items("l2s.models"));
    }
  }
}
