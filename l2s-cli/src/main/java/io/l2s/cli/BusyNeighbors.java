package io.l2s.cli;

import io.l2s.Excerpt;
import io.l2s.checkpoint.TemporaryFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Processes that keep a core busy each, until this is closed. Each is a process group of its own
 * where {@code setsid} is there, as Linux shares the cores between groups then.
 */
final class BusyNeighbors implements AutoCloseable {

  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final Duration LONGEST_START = Duration.ofMinutes(1);
  private static final int MOST_SHOWN = 500;

  private final List<Process> processes = new ArrayList<>();

  /** Where their class is, as long as there are any. */
  private Optional<Path> classes = Optional.empty();

  private BusyNeighbors() {}

  /**
   * Starts {@code number} processes and returns when all compute.
   *
   * @throws CommandFailure if a process does not start
   */
  static BusyNeighbors start(int number) {
    BusyNeighbors neighbors = new BusyNeighbors();
    if (number == 0) {
      return neighbors;
    }
    try {
      neighbors.startAll(number);
      return neighbors;
    } catch (IOException e) {
      neighbors.close();
      throw new CommandFailure("a busy neighbor did not start: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      neighbors.close();
      throw e;
    }
  }

  private void startAll(int number) throws IOException {
    Path directory = TemporaryFiles.directory("l2s-busy-");
    classes = Optional.of(directory);
    Path file = classFile(directory);
    Files.createDirectories(file.getParent());
    // The command's own jar holds its classes where a plain class path does not find them.
    try (InputStream code = Loop.class.getResourceAsStream(file.getFileName().toString())) {
      Files.copy(code, file);
    }
    for (int i = 0; i < number; i++) {
      // A signal ends this process first; then nobody shows what its neighbors write.
      processes.add(new ProcessBuilder(command(directory)).redirectErrorStream(true).start());
    }
    for (Process process : processes) {
      awaitBusy(process);
    }
  }

  private static Path classFile(Path directory) {
    return directory.resolve(Loop.class.getName().replace('.', '/') + ".class");
  }

  private static List<String> command(Path directory) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx16m", "-cp", directory.toString(), Loop.class.getName()));
    return command;
  }

  /** Waits for the line that a process writes when it computes. */
  private static void awaitBusy(Process process) {
    CompletableFuture<Optional<String>> failure =
        CompletableFuture.supplyAsync(() -> failure(process), BusyNeighbors::daemon);
    try {
      Optional<String> said = failure.get(LONGEST_START.toSeconds(), TimeUnit.SECONDS);
      if (said.isPresent()) {
        throw new CommandFailure("a busy neighbor ended before it computed: " + said.get(), null);
      }
    } catch (TimeoutException e) {
      throw new CommandFailure("a busy neighbor did not compute within " + LONGEST_START, e);
    } catch (ExecutionException e) {
      throw new CommandFailure("a busy neighbor did not start: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while a busy neighbor started", e);
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "l2s-busy-start");
    thread.setDaemon(true);
    thread.start();
  }

  /** The output of a process that ended; empty once it computes. */
  private static Optional<String> failure(Process process) {
    StringBuilder said = new StringBuilder();
    try {
      BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals(Loop.BUSY)) {
          return Optional.empty();
        }
        said.append(line).append(' ');
      }
      return Optional.of(Excerpt.of(said.toString().strip(), MOST_SHOWN));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The processes that were started. */
  List<ProcessHandle> processes() {
    return processes.stream().map(Process::toHandle).toList();
  }

  /**
   * Checks that all still run: a figure measured without them would mislead.
   *
   * @throws CommandFailure if one has ended
   */
  void requireRunning() {
    for (Process process : processes) {
      if (!process.isAlive()) {
        throw new CommandFailure(
            "a busy neighbor ended with exit code "
                + process.exitValue()
                + " during the run; the figures do not count",
            null);
      }
    }
  }

  /** The command line of such a process. */
  static final class Loop {

    static final String BUSY = "busy";

    private static final long ROUND = 10_000_000;

    /** Written so that the arithmetic is not left out. */
    private static volatile double result;

    private Loop() {}

    /** Computes until its standard input ends, as it does when the parent process has ended. */
    public static void main(String[] args) throws IOException {
      Thread computing = new Thread(Loop::compute, "compute");
      computing.setDaemon(true);
      computing.start();
      while (System.in.read() >= 0) {
        // The parent writes nothing.
      }
    }

    private static void compute() {
      result = sum(0);
      System.out.println(BUSY);
      while (true) {
        result = sum(result);
      }
    }

    private static double sum(double start) {
      double sum = start;
      for (long i = 1; i <= ROUND; i++) {
        sum = sum * 0.999 + 1.0 / i;
      }
      return sum;
    }
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    classes.ifPresent(TemporaryFiles::delete);
  }
}
