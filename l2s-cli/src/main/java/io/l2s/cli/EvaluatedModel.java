package io.l2s.cli;

import io.l2s.Route;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The model that {@code evaluate} measures: a bundle, perhaps with another small model for {@code
 * SLM_ONLY}, or one checkpoint.
 */
final class EvaluatedModel {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @ArgGroup(multiplicity = "1")
  private ModelChoice choice;

  @Option(
      names = "--slm-alone",
      paramLabel = "DIR",
      description =
          "Checkpoint of a small model trained without a large one (train without --llm),"
              + " for the route slm-only. Default: the bundle's slmAlone.")
  private @Nullable Path slmAlone;

  /**
   * Checks that the options go together, before anything is read.
   *
   * @param routes those asked for; empty: all
   * @throws ParameterException if they do not
   */
  void check(List<Route> routes) {
    routes.forEach(route -> choice.requireRoute(command, "--routes", route));
    if (slmAlone == null) {
      return;
    }
    if (!choice.isBundle()) {
      throw usage("--slm-alone needs --bundle; to measure that model only, name it as --llm");
    }
    if (!routes.isEmpty() && !routes.contains(Route.SLM_ONLY)) {
      throw usage("--slm-alone needs the route slm-only; add it to --routes");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /**
   * Opens a bundle's manifest.
   *
   * @throws io.l2s.ModelLoadException with every problem of the manifest
   */
  ChosenModel open() {
    return slmAlone == null ? choice.open() : choice.open().withSlmAlone(slmAlone);
  }

  /** The directories as given, by the option that names them. */
  SortedMap<String, String> directories() {
    SortedMap<String, String> directories = new TreeMap<>();
    directories.put(choice.isBundle() ? "bundle" : "llm", choice.directory().toString());
    if (slmAlone != null) {
      directories.put("slm-alone", slmAlone.toString());
    }
    return directories;
  }
}
