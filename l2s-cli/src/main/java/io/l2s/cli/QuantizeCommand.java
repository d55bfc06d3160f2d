package io.l2s.cli;

import io.l2s.Bundle;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ModelFamilies;
import io.l2s.assembly.ModelInspection;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.conversion.Quantization;
import io.l2s.engine.NativeRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code l2s quantize}: stores a checkpoint or a bundle in 8-bit integers. */
@Command(
    name = "quantize",
    description = {
      "Store a checkpoint, or all models of a bundle, with 8-bit weights.",
      "The result loads faster, needs a quarter of the space of float32, and answers"
          + " exactly as the original does with --precision int8. Products that int8 would"
          + " change by more than 10 %% stay in their number format; the output names them. The"
          + " original stays as it is."
    },
    footer = {
      "%nExamples:",
      "  l2s quantize --checkpoint models/t5-large --output models/t5-large-int8",
      "  l2s quantize --bundle models/en-de --output models/en-de-int8"
    })
final class QuantizeCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @ArgGroup(multiplicity = "1")
  private Source source;

  /** The model to store with 8-bit weights. */
  static final class Source {
    @Option(
        names = "--checkpoint",
        paramLabel = "DIR",
        required = true,
        description = "Checkpoint of one model, in Hugging Face layout.")
    private @Nullable Path checkpoint;

    @Option(
        names = "--bundle",
        paramLabel = "DIR",
        required = true,
        description = "Directory with an l2s.json.")
    private @Nullable Path bundle;

    private Path checkpoint() {
      return Objects.requireNonNull(checkpoint, "one of --checkpoint and --bundle is given");
    }
  }

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Directory to write; must not exist or be empty.")
  private Path output;

  @Mixin private Progress progress;

  @Mixin private ThreadSettings threads;

  @Override
  public Integer call() throws IOException {
    List<String> formats;
    try (NativeRuntime runtime = threads.start();
        ProgressBar bar = progress.bar("quantize", " tensors", -1)) {
      KnownDigests digests = new KnownDigests();
      Quantization quantization = new Quantization(runtime, ModelFamilies::of, digests);
      if (source.bundle != null) {
        Bundle bundle = BundleReader.open(source.bundle, digests);
        quantization.bundle(bundle, output, written -> bar.step());
      } else {
        quantization.checkpoint(source.checkpoint(), output, written -> bar.step());
      }
      formats = formats(runtime);
    }
    Path from = source.bundle != null ? source.bundle : source.checkpoint();
    command
        .commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%s: %,.1f MB, %s: %,.1f MB%n",
            from,
            megabytes(from),
            output,
            megabytes(output));
    formats.forEach(command.commandLine().getOut()::println);
    return 0;
  }

  /** A line for each checkpoint written. */
  private List<String> formats(NativeRuntime runtime) throws IOException {
    try (Stream<Path> files = Files.walk(output, 2)) {
      return files
          .filter(file -> file.endsWith(CheckpointFiles.CONFIG))
          .map(Path::getParent)
          .sorted()
          .map(
              checkpoint ->
                  checkpoint
                      + ": "
                      + ModelInspection.describeInt8(runtime, Checkpoint.open(checkpoint)))
          .toList();
    }
  }

  private static double megabytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum()
          / 1e6;
    }
  }
}
