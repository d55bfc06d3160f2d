package io.l2s.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The beans of the application that carry a model's name as qualifier. */
record QualifiedParts(ConfigurableListableBeanFactory beans, String model) implements OwnParts {

  @Override
  public boolean has(Class<?> type) {
    return !names(type).isEmpty();
  }

  @Override
  public <T> Optional<T> find(Class<T> type) {
    List<String> names = names(type);
    if (names.size() > 1) {
      throw new NoUniqueBeanDefinitionException(type, names);
    }
    return names.stream().findFirst().map(bean -> beans.getBean(bean, type));
  }

  private List<String> names(Class<?> type) {
    return Arrays.stream(beans.getBeanNamesForType(type, true, false))
        .filter(bean -> BeanFactoryAnnotationUtils.isQualifierMatch(model::equals, bean, beans))
        .toList();
  }
}
