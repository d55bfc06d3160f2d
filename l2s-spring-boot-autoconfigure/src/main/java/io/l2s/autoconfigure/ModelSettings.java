package io.l2s.autoconfigure;

import io.l2s.Route;
import io.l2s.ServingOptions;
import java.util.List;

/**
 * How a model serves, whatever it is made of.
 *
 * @param configured whether properties configure it, so that failures name them
 * @param warmUp whether it answers prompts of its own before it takes requests
 * @param fallback the routes that may answer in place of one that fails, in their order
 * @param deviceFallback whether it moves to the CPU when it loses its GPU
 */
record ModelSettings(
    String name,
    ServingOptions options,
    boolean configured,
    boolean warmUp,
    List<Route> fallback,
    boolean deviceFallback) {

  /** The routes that answer in place of others unless properties name others. */
  static final List<Route> FALLBACK = List.of(Route.LLM_ONLY, Route.SLM_ONLY);

  ModelSettings {
    fallback = List.copyOf(fallback);
  }

  /** A model that a program makes, with warm-up and the usual fallback. */
  static ModelSettings of(String name, ServingOptions options) {
    return new ModelSettings(name, options, false, true, FALLBACK, true);
  }

  static ModelSettings of(ConfiguredModel model, ServingOptions options) {
    return new ModelSettings(
        model.name(),
        options,
        true,
        model.properties().warmUp(),
        model.properties().fallback(),
        model.properties().deviceFallback());
  }
}
