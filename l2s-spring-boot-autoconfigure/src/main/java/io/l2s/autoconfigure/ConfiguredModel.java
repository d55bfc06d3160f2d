package io.l2s.autoconfigure;

/**
 * A model's name and its properties.
 *
 * @param name {@value #DEFAULT} for the model of {@code l2s.*}, else that in {@code
 *     l2s.models.<name>}
 */
record ConfiguredModel(String name, ModelProperties properties) {

  /** The name of the model of {@code l2s.*}. */
  static final String DEFAULT = ModelNames.DEFAULT;

  /** The full name of a property of this model; {@code property} begins with {@code l2s.}. */
  String property(String property) {
    return PropertyNames.ofModel(name, property);
  }
}
