package io.l2s.cli;

import io.l2s.Bundle;
import io.l2s.Route;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ModelFiles;
import io.l2s.assembly.ModelParts;
import io.l2s.checkpoint.KnownDigests;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The files of the model that {@code benchmark} times, as a group of options. */
final class BenchmarkSource {

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      required = true,
      description = "Directory with an l2s.json.")
  private @Nullable Path bundle;

  @ArgGroup(exclusive = false)
  private @Nullable Checkpoints checkpoints;

  /** Checkpoints without a trained projector. */
  static final class Checkpoints {

    @Option(
        names = "--llm",
        paramLabel = "DIR",
        required = true,
        description = "Checkpoint of the large model.")
    private Path llm;

    @Option(
        names = "--slm",
        paramLabel = "DIR",
        description = "Checkpoint of the small model; adds the hybrid route.")
    private @Nullable Path slm;

    private ModelFiles files() {
      return ModelFiles.ofCheckpoints(llm, Optional.ofNullable(slm));
    }
  }

  /**
   * Opened files.
   *
   * @param bundle empty: {@code parts} are without a projector
   */
  record Opened(Optional<Bundle> bundle, ModelParts parts) {}

  /**
   * Opens the checkpoints; reads no weights, except for a bundle's digests.
   *
   * @throws io.l2s.ModelLoadException with every problem of the first part that is unfit
   */
  Opened open() {
    KnownDigests digests = new KnownDigests();
    Optional<Bundle> opened =
        Optional.ofNullable(bundle).map(directory -> BundleReader.open(directory, digests));
    ModelFiles files = opened.map(ModelFiles::of).orElseGet(() -> checkpoints().files());
    return new Opened(opened, ModelParts.open(files.forRoutes(Set.of(Route.HYBRID)), digests));
  }

  private Checkpoints checkpoints() {
    return Objects.requireNonNull(checkpoints, "one of --bundle and --llm is given");
  }
}
