package io.l2s.autoconfigure;

import io.l2s.HybridLanguageModel;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** Registers a bean for each of {@code l2s.models}, and marks the primary one. */
final class NamedModelsRegistrar implements ImportBeanDefinitionRegistrar {

  static final String MODELS = "l2s.models";
  private static final String PRIMARY = "l2s.primary";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");

  private final Environment environment;

  NamedModelsRegistrar(Environment environment) {
    this.environment = environment;
  }

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata importing, BeanDefinitionRegistry registry) {
    Set<String> names = ModelNames.named(environment);
    names.forEach(NamedModelsRegistrar::check);
    // Another auto-configuration may have put a model in the place of one of ours.
    names.stream()
        .filter(name -> !registry.containsBeanDefinition(ModelNames.beanName(name)))
        .forEach(
            name -> registry.registerBeanDefinition(ModelNames.beanName(name), definition(name)));
    markPrimary(registry, names);
  }

  private static void check(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidConfigurationPropertyValueException(
          MODELS + "." + name,
          name,
          "The name of a model must begin with a letter or digit and have only letters, digits, _"
              + " and -.");
    }
    if (name.equals(ConfiguredModel.DEFAULT)) {
      throw new InvalidConfigurationPropertyValueException(
          MODELS + "." + name,
          name,
          "The name default is that of the model at l2s.bundle or l2s.llm.location.");
    }
  }

  private static RootBeanDefinition definition(String name) {
    RootBeanDefinition definition = new RootBeanDefinition();
    definition.setTargetType(HybridLanguageModel.class);
    definition.setFactoryBeanName(HybridModelConfiguration.CONFIGURED_MODELS);
    definition.setFactoryMethodName("named");
    definition.getConstructorArgumentValues().addGenericArgumentValue(name);
    definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
    definition.setDestroyMethodName(AbstractBeanDefinition.INFER_METHOD);
    return definition;
  }

  private void markPrimary(BeanDefinitionRegistry registry, Set<String> names) {
    boolean single = registry.containsBeanDefinition(ModelNames.DEFAULT_BEAN);
    String primary = environment.getProperty(PRIMARY);
    if (primary != null
        && !names.contains(primary)
        && !(single && primary.equals(ConfiguredModel.DEFAULT))) {
      Set<String> known = new TreeSet<>(names);
      if (single) {
        known.add(ConfiguredModel.DEFAULT);
      }
      throw new InvalidConfigurationPropertyValueException(
          PRIMARY, primary, "It must be one of " + String.join(", ", known) + ".");
    }
    if (primary == null && single && !names.isEmpty()) {
      primary = ConfiguredModel.DEFAULT;
    }
    if (primary != null) {
      registry.getBeanDefinition(ModelNames.beanName(primary)).setPrimary(true);
    }
  }
}
