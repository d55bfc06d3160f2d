package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentDescription;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parts and bounds of a model.
 *
 * @param name the model's name, {@code default} for the one of {@code l2s.*}
 * @param routes the routes that can be asked for
 * @param fallback the routes that may answer in place of one that fails, in their order
 * @param bundle the bundle that it comes from; empty where its parts have locations of their own
 * @param options its bounds
 * @param components its parts that come from files; parts that the application made are not here
 */
public record ModelDescription(
    String name,
    Set<Route> routes,
    List<Route> fallback,
    Optional<Bundle> bundle,
    ServingOptions options,
    Map<ModelPart, ComponentDescription> components) {

  public ModelDescription {
    Map<ModelPart, ComponentDescription> ordered = new EnumMap<>(ModelPart.class);
    ordered.putAll(components);
    components = Collections.unmodifiableMap(ordered);
    routes = Set.copyOf(routes);
    fallback = List.copyOf(fallback);
  }

  /**
   * The parts of a HYBRID or LLM_ONLY model that the application made, so that no file brings them.
   */
  Set<ModelPart> ownParts() {
    Set<ModelPart> own = EnumSet.of(ModelPart.LLM);
    if (routes.contains(Route.HYBRID)) {
      own.add(ModelPart.SLM);
      own.add(ModelPart.PROJECTOR);
    }
    own.removeAll(components.keySet());
    return own;
  }

  /**
   * The name of a guard of this model as a whole; see {@link ModelNames#resilienceName(String)}.
   */
  public String resilienceName() {
    return ModelNames.resilienceName(name);
  }

  /** One line for the log. */
  String summary(String threads, Duration loading) {
    String parts =
        components.isEmpty()
            ? "parts of the application"
            : components.entrySet().stream()
                .map(part -> summary(part.getKey(), part.getValue()))
                .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "model %s in %.1f s: routes %s; %s; %s",
        name,
        loading.toMillis() / 1000.0,
        routes.stream().sorted().map(Route::name).collect(Collectors.joining(", ")),
        parts,
        threads);
  }

  private static String summary(ModelPart part, ComponentDescription component) {
    boolean named = part.label().equals(component.family());
    return String.format(
        Locale.ROOT,
        "%s %.1fM %s on %s",
        named ? part.label() : part.label() + " " + component.family(),
        component.parameters() / 1e6,
        component.precision().name().toLowerCase(Locale.ROOT),
        component.device());
  }
}
