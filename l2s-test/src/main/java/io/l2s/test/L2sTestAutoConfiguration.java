package io.l2s.test;

import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.l2s.autoconfigure.ModelNames;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Auto-configuration of {@link AutoConfigureL2sTest}. */
@AutoConfiguration(before = L2sAutoConfiguration.class)
@Import(FakeModelsRegistrar.class)
class L2sTestAutoConfiguration {

  @Bean(ModelNames.DEFAULT_BEAN)
  @Qualifier(ModelNames.DEFAULT)
  @ConditionalOnMissingBean(HybridLanguageModel.class)
  @Conditional(HasDefaultModel.class)
  FakeHybridLanguageModel l2sHybridLanguageModel() {
    return new FakeHybridLanguageModel();
  }

  static final class HasDefaultModel implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return ModelNames.configured(context.getEnvironment()).contains(ModelNames.DEFAULT);
    }
  }
}
