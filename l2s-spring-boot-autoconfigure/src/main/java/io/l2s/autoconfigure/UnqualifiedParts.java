package io.l2s.autoconfigure;

import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The beans of the application that took the place of auto-configured ones. */
record UnqualifiedParts(ConfigurableListableBeanFactory beans) implements OwnParts {

  private static final Map<Class<?>, ModelPart> PARTS =
      Map.of(
          LlmEncoder.class, ModelPart.LLM,
          SlmDecoder.class, ModelPart.SLM,
          Projector.class, ModelPart.PROJECTOR);

  @Override
  public boolean has(Class<?> type) {
    ModelPart part = PARTS.get(type);
    return part != null
        && !beans.containsBeanDefinition(part.bean())
        && beans.getBeanNamesForType(type, true, false).length > 0;
  }

  @Override
  public <T> Optional<T> find(Class<T> type) {
    return has(type) ? Optional.of(beans.getBean(type)) : Optional.empty();
  }
}
