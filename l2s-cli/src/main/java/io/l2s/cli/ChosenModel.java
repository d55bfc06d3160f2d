package io.l2s.cli;

import io.l2s.Bundle;
import io.l2s.ModelLoadException;
import io.l2s.Route;
import io.l2s.assembly.ModelFiles;
import io.l2s.assembly.ModelParts;
import io.l2s.checkpoint.KnownDigests;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The model of a {@link ModelChoice}, whose checkpoints are not open yet.
 *
 * @param llm checkpoint of the model that answers {@code LLM_ONLY}
 * @param bundle the bundle with the other routes; empty: there are none
 * @param digests those of the bundle's files
 */
record ChosenModel(Path llm, Optional<Bundle> bundle, KnownDigests digests) {

  /** A bundle with the checkpoint in {@code directory} for {@code SLM_ONLY}. */
  ChosenModel withSlmAlone(Path directory) {
    return new ChosenModel(llm, bundle.map(each -> each.withSlmAlone(directory)), digests);
  }

  /** The routes but {@code EXACT}, whose text is that of {@code LLM_ONLY}. */
  Set<Route> routes() {
    Set<Route> routes = EnumSet.of(Route.LLM_ONLY);
    bundle.ifPresent(each -> routes.add(Route.HYBRID));
    bundle.flatMap(Bundle::slmAlone).ifPresent(each -> routes.add(Route.SLM_ONLY));
    return routes;
  }

  /**
   * Opens those checkpoints that {@code routes} need.
   *
   * @throws ModelLoadException if one is unfit, or if the model lacks one of the routes
   */
  ModelParts open(Set<Route> routes) {
    if (routes.contains(Route.SLM_ONLY)) {
      bundle.ifPresent(ChosenModel::requireSlmAlone);
    }
    ModelFiles files = bundle.map(ModelFiles::of).orElseGet(() -> ModelFiles.ofLlm(llm));
    return ModelParts.open(files.forRoutes(routes), digests);
  }

  private static void requireSlmAlone(Bundle bundle) {
    if (bundle.slmAlone().isEmpty()) {
      throw new ModelLoadException(
          bundle.directory().resolve(Bundle.FILE),
          "the route slm-only needs the field slmAlone, a small model trained without the LLM;"
              + " choose hybrid or llm-only, or name such a model; evaluate also takes it as"
              + " --slm-alone");
    }
  }
}
