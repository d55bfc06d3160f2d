package io.l2s.autoconfigure;

import org.springframework.beans.factory.BeanCreationException;

/** Finds the model that a failure at start-up belongs to. */
final class FailedModel {

  private static final String NAMED = ModelNames.DEFAULT_BEAN + ".";

  private FailedModel() {}

  /** The name of the model whose bean could not be created, or that of the model of l2s.*. */
  static String name(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BeanCreationException creation
          && creation.getBeanName() != null
          && creation.getBeanName().startsWith(NAMED)) {
        return creation.getBeanName().substring(NAMED.length());
      }
    }
    return ConfiguredModel.DEFAULT;
  }
}
