package io.l2s.test;

import io.l2s.autoconfigure.ModelNames;
import java.util.Set;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** Registers a fake for each of {@code l2s.models}, under the name of the model's bean. */
final class FakeModelsRegistrar implements ImportBeanDefinitionRegistrar {

  private final Environment environment;

  FakeModelsRegistrar(Environment environment) {
    this.environment = environment;
  }

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata importing, BeanDefinitionRegistry registry) {
    Set<String> names = ModelNames.named(environment);
    for (String name : names) {
      RootBeanDefinition definition = new RootBeanDefinition(FakeHybridLanguageModel.class);
      definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
      registry.registerBeanDefinition(ModelNames.beanName(name), definition);
    }
    boolean choosesDefault =
        !names.isEmpty() && registry.containsBeanDefinition(ModelNames.DEFAULT_BEAN);
    String primary =
        environment.getProperty("l2s.primary", choosesDefault ? ModelNames.DEFAULT : "");
    if (registry.containsBeanDefinition(ModelNames.beanName(primary))) {
      registry.getBeanDefinition(ModelNames.beanName(primary)).setPrimary(true);
    }
  }
}
