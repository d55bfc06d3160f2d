package io.l2s.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Processes that keep a core busy each, until this is closed. Each is a process group of its own
 * where {@code setsid} is there, as Linux shares the cores between groups then.
 */
final class BusyNeighbours implements AutoCloseable {

  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final Path classes;
  private final List<Process> processes = new ArrayList<>();

  private BusyNeighbours(Path classes) {
    this.classes = classes;
  }

  /**
   * @throws CommandFailure if a process does not start
   */
  static BusyNeighbours start(int number) {
    try {
      BusyNeighbours neighbours = new BusyNeighbours(Files.createTempDirectory("l2s-busy-"));
      try {
        neighbours.startAll(number);
        return neighbours;
      } catch (IOException | RuntimeException e) {
        neighbours.close();
        throw e;
      }
    } catch (IOException e) {
      throw new CommandFailure("a busy neighbour did not start: " + e.getMessage(), e);
    }
  }

  private void startAll(int number) throws IOException {
    Path file = classFile();
    Files.createDirectories(file.getParent());
    // The command's own jar holds its classes where a plain class path does not find them.
    try (InputStream code = Loop.class.getResourceAsStream(file.getFileName().toString())) {
      Files.copy(code, file);
    }
    for (int i = 0; i < number; i++) {
      processes.add(
          new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }
  }

  private Path classFile() {
    return classes.resolve(Loop.class.getName().replace('.', '/') + ".class");
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx16m", "-cp", classes.toString(), Loop.class.getName()));
    return command;
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
            "a busy neighbour ended with exit code "
                + process.exitValue()
                + " during the run; the figures do not count",
            null);
      }
    }
  }

  /** What such a process runs. */
  static final class Loop {

    private Loop() {}

    /** Computes until its standard input ends, as it does when the parent process has ended. */
    public static void main(String[] args) throws IOException {
      Thread spinning = new Thread(Loop::spin, "spin");
      spinning.setDaemon(true);
      spinning.start();
      while (System.in.read() >= 0) {
        // The parent writes nothing.
      }
    }

    private static void spin() {
      while (true) {
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    try {
      Path file = classFile();
      Files.deleteIfExists(file);
      Path each = file.getParent();
      while (each != null && !each.equals(classes)) {
        Files.deleteIfExists(each);
        each = each.getParent();
      }
      Files.deleteIfExists(classes);
    } catch (IOException e) {
      classes.toFile().deleteOnExit();
    }
  }
}
