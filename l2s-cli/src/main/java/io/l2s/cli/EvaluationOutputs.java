package io.l2s.cli;

import io.l2s.Route;
import io.l2s.evaluation.EvaluationSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The files that {@code evaluate} writes. */
final class EvaluationOutputs {

  @Option(names = "--json", paramLabel = "FILE", description = "Write the scores there, too.")
  private @Nullable Path json;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "Also write the tables there as Markdown.")
  private @Nullable Path markdown;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draw quality against speed, as .svg or .png.")
  private @Nullable Path plot;

  @Option(
      names = "--answers",
      paramLabel = "DIR",
      description =
          "Directory for the answers in the form that l2s score reads, a line for each"
              + " source: ROUTE.txt, sources.txt, references.1.txt and so on. It must not exist"
              + " or be empty.")
  private @Nullable Path answers;

  /**
   * Checks that all files can be written, as far as that is possible without writing.
   *
   * @throws CommandFailure with every problem
   */
  void check() {
    List<String> problems = new ArrayList<>();
    Stream.of(json, markdown, plot)
        .filter(Objects::nonNull)
        .forEach(file -> problemOf(file).ifPresent(problems::add));
    try {
      Optional.ofNullable(plot).ifPresent(PlotFile::new);
    } catch (CommandFailure e) {
      problems.add(e.getMessage());
    }
    if (answers != null) {
      problemOfDirectory(answers).ifPresent(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new CommandFailure(String.join("; ", problems));
    }
  }

  private static Optional<String> problemOf(Path file) {
    if (Files.isDirectory(file)) {
      return Optional.of(file + ": is a directory; name a file");
    }
    if (Files.exists(file)) {
      return Files.isWritable(file) ? Optional.empty() : Optional.of(file + ": is not writable");
    }
    return problemOfParent(file);
  }

  private static Optional<String> problemOfDirectory(Path directory) {
    if (!Files.exists(directory)) {
      return problemOfParent(directory);
    }
    if (!Files.isDirectory(directory)) {
      // Listing a pipe would wait for its writer.
      return Optional.of(directory + ": is no directory; name another");
    }
    try (Stream<Path> files = Files.list(directory)) {
      if (files.findAny().isPresent()) {
        return Optional.of(directory + ": is not empty; name another directory");
      }
    } catch (IOException | UncheckedIOException e) {
      return Optional.of(directory + ": is not a directory that can be read");
    }
    return Files.isWritable(directory)
        ? Optional.empty()
        : Optional.of(directory + ": is not writable");
  }

  private static Optional<String> problemOfParent(Path path) {
    Path parent = target(path).toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return Optional.of(path + ": the directory " + parent + " does not exist");
    }
    return Files.isWritable(parent)
        ? Optional.empty()
        : Optional.of(path + ": the directory " + parent + " is not writable");
  }

  /** The path to which a link that leads nowhere yet points; another path itself. */
  private static Path target(Path path) {
    try {
      return Files.isSymbolicLink(path)
          ? path.resolveSibling(Files.readSymbolicLink(path)).normalize()
          : path;
    } catch (IOException e) {
      return path;
    }
  }

  /**
   * Writes the requested files. A file that cannot be written does not stop the others.
   *
   * @param texts the answers of each route, in the order of the sources
   * @param out receives notes for readers of the files
   * @throws CommandFailure with every failure
   */
  void write(
      EvaluationReport report,
      EvaluationSet test,
      Map<Route, List<String>> texts,
      PrintWriter out) {
    List<Runnable> writes = new ArrayList<>();
    Optional.ofNullable(json)
        .ifPresent(file -> writes.add(() -> OutputText.write(file, report.json() + "\n")));
    Optional.ofNullable(markdown)
        .ifPresent(file -> writes.add(() -> OutputText.write(file, report.markdown())));
    Optional.ofNullable(plot)
        .ifPresent(file -> writes.add(() -> EvaluationPlot.write(report, new PlotFile(file))));
    Optional.ofNullable(answers)
        .ifPresent(directory -> writes.add(() -> writeAnswers(directory, test, texts, out)));
    List<String> failures = new ArrayList<>();
    List<UncheckedIOException> causes = new ArrayList<>();
    for (Runnable write : writes) {
      try {
        write.run();
      } catch (UncheckedIOException e) {
        failures.add(Failures.message(e));
        causes.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw new CommandFailure(String.join("; ", failures), causes.get(0));
    }
  }

  private static void writeAnswers(
      Path directory, EvaluationSet test, Map<Route, List<String>> texts, PrintWriter out) {
    int broken = new AnswerFiles(directory).write(test, texts);
    if (broken > 0) {
      out.printf(
          "%n%d lines in %s have line breaks written as \\n, which l2s score takes for text%n",
          broken, directory);
      out.flush();
    }
  }
}
