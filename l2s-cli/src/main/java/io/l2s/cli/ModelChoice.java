package io.l2s.cli;

import io.l2s.Bundle;
import io.l2s.Route;
import io.l2s.assembly.BundleReader;
import io.l2s.checkpoint.KnownDigests;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The model that answers, as a group of options of which the user gives one. */
final class ModelChoice {

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      required = true,
      description = "Directory with an l2s.json: LLM, SLM and projector.")
  private @Nullable Path bundle;

  @Option(
      names = "--llm",
      paramLabel = "DIR",
      required = true,
      description =
          "Checkpoint of one model in Hugging Face layout; train without --llm also writes it.")
  private @Nullable Path llm;

  boolean isBundle() {
    return bundle != null;
  }

  /** The directory that the user gave with either option. */
  Path directory() {
    return bundle != null ? bundle : llm();
  }

  private Path llm() {
    return Objects.requireNonNull(llm, "one of --bundle and --llm is given");
  }

  /**
   * Checks that the model has a route, as far as that is possible without opening it.
   *
   * @param option names the route
   * @throws ParameterException if only bundles have it
   */
  void requireRoute(CommandSpec command, String option, Route route) {
    requireRoute(command, option, route, false);
  }

  /**
   * The same.
   *
   * @param pair whether {@code --llm} has an SLM beside it
   */
  void requireRoute(CommandSpec command, String option, Route route, boolean pair) {
    if (!isBundle() && route != Route.LLM_ONLY && !(pair && route != Route.SLM_ONLY)) {
      throw new ParameterException(
          command.commandLine(),
          option
              + " "
              + EnumNames.of(route)
              + " needs --bundle; with --llm the only route is "
              + EnumNames.of(Route.LLM_ONLY));
    }
  }

  /** The model with the pair that {@code parts} give, if they give one. */
  ChosenModel open(PairOptions parts) {
    return bundle != null ? open() : new ChosenModel(llm(), parts.pair(llm()), new KnownDigests());
  }

  /**
   * Opens a bundle's manifest; a checkpoint is opened when it is loaded.
   *
   * @throws io.l2s.ModelLoadException with every problem of the manifest
   */
  ChosenModel open() {
    KnownDigests digests = new KnownDigests();
    Optional<Bundle> opened =
        Optional.ofNullable(bundle).map(directory -> BundleReader.open(directory, digests));
    return new ChosenModel(opened.map(Bundle::llm).orElseGet(this::llm), opened, digests);
  }
}
