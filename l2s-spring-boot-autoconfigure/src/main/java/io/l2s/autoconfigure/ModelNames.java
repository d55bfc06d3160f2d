package io.l2s.autoconfigure;

import io.l2s.GenerationFailedException.Component;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** The names of the configured models, of their beans and of their guards. */
public final class ModelNames {

  /** The name of the model of {@code l2s.*}. */
  public static final String DEFAULT = "default";

  /** Bean of the model of {@code l2s.*}. */
  public static final String DEFAULT_BEAN = "l2sHybridLanguageModel";

  private ModelNames() {}

  /** The names in {@code l2s.models}. */
  public static Set<String> named(Environment environment) {
    return Binder.get(environment)
        .bind("l2s.models", Bindable.mapOf(String.class, Object.class))
        .map(Map::keySet)
        .<Set<String>>map(TreeSet::new)
        .orElseGet(Set::of);
  }

  /** The names in {@code l2s.models}, and {@value #DEFAULT} where {@code l2s.*} has a model. */
  public static Set<String> configured(Environment environment) {
    Set<String> names = new TreeSet<>(named(environment));
    if (names.isEmpty()
        || environment.containsProperty("l2s.bundle")
        || environment.containsProperty("l2s.llm.location")) {
      names.add(DEFAULT);
    }
    return names;
  }

  /** The name of a model's bean. */
  public static String beanName(String model) {
    return model.equals(DEFAULT) ? DEFAULT_BEAN : DEFAULT_BEAN + "." + model;
  }

  /** The name of the circuit breaker of a component of a model, such as {@code l2s-slm}. */
  public static String breaker(String model, Component component) {
    return prefix(model) + "-" + component.name().toLowerCase(Locale.ROOT);
  }

  /** The names of all circuit breakers of a model. */
  public static List<String> breakers(String model) {
    return Arrays.stream(Component.values()).map(each -> breaker(model, each)).toList();
  }

  /** The name of a guard of a whole model: {@code l2s} or {@code l2s-<name>}. */
  public static String resilienceName(String model) {
    return prefix(model);
  }

  private static String prefix(String model) {
    return model.equals(DEFAULT) ? "l2s" : "l2s-" + model;
  }
}
