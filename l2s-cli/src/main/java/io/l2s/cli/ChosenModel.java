package io.l2s.cli;

import io.l2s.Bundle;
import io.l2s.Route;
import io.l2s.assembly.ModelLoader;
import io.l2s.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The model of a {@link ModelChoice}, not loaded yet.
 *
 * @param llm checkpoint of the model that answers {@code LLM_ONLY}
 * @param bundle the bundle with the other routes; empty: there are none
 */
record ChosenModel(Path llm, Optional<Bundle> bundle) {

  /** A bundle with the checkpoint in {@code directory} for {@code SLM_ONLY}. */
  ChosenModel withSlmAlone(Path directory) {
    return new ChosenModel(llm, bundle.map(each -> each.withSlmAlone(directory)));
  }

  Optional<Path> slmAlone() {
    return bundle.flatMap(Bundle::slmAlone);
  }

  /** The routes but {@code EXACT}, whose text is that of {@code LLM_ONLY}. */
  Set<Route> routes() {
    Set<Route> routes = EnumSet.of(Route.LLM_ONLY);
    bundle.ifPresent(each -> routes.add(Route.HYBRID));
    slmAlone().ifPresent(each -> routes.add(Route.SLM_ONLY));
    return routes;
  }

  /** The number of weights that take part in answers of {@code route}. */
  long parameters(Route route) {
    return switch (route) {
      case LLM_ONLY -> Checkpoint.open(llm).parameters();
      case SLM_ONLY -> Checkpoint.open(slmAlone().orElseThrow()).parameters();
      case HYBRID, EXACT ->
          Checkpoint.open(llm).parameters()
              + ModelLoader.conditionedParameters(bundle.orElseThrow());
    };
  }

  /**
   * Loads those parts that {@code routes} need.
   *
   * @throws io.l2s.L2sException if they cannot be loaded
   */
  LoadedModel load(Set<Route> routes, ModelOptions options) {
    return bundle
        .map(each -> LoadedModel.ofBundle(each, routes, options))
        .orElseGet(() -> LoadedModel.ofLlm(llm, options));
  }
}
