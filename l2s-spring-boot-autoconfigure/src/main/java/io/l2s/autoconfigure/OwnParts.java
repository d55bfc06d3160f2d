package io.l2s.autoconfigure;

import java.util.Optional;

/** The parts of a model that are beans of the application. */
interface OwnParts {

  /** Those of a model whose parts all come from files. */
  OwnParts NONE =
      new OwnParts() {
        @Override
        public boolean has(Class<?> type) {
          return false;
        }

        @Override
        public <T> Optional<T> find(Class<T> type) {
          return Optional.empty();
        }
      };

  /** Whether the application has a bean of {@code type} for the model; creates none. */
  boolean has(Class<?> type);

  /** The application's bean of {@code type} for the model. */
  <T> Optional<T> find(Class<T> type);
}
