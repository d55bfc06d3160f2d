package io.l2s.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * The standard input of a command.
 *
 * @param terminal whether somebody types it, rather than a file or another command sending it
 */
record StandardInput(InputStream stream, BooleanSupplier terminal) {

  /** The one of this process. */
  static StandardInput ofProcess() {
    return new StandardInput(new FileInputStream(FileDescriptor.in), StandardInput::isTerminal);
  }

  /**
   * Whether this process was started without standard input, as by {@code <&-}. On Linux, Java has
   * then opened a library of its own under the number of standard input, and would read that.
   */
  static boolean isClosed() {
    try {
      Path java = Path.of(System.getProperty("java.home")).toRealPath();
      return Path.of("/proc/self/fd/0").toRealPath().startsWith(java);
    } catch (IOException e) {
      return false; // It is a pipe, or there is no such directory.
    }
  }

  private static boolean isTerminal() {
    try {
      // Java's own console says nothing where only one of input and output is a terminal.
      return new ProcessBuilder("test", "-t", "0").redirectInput(Redirect.INHERIT).start().waitFor()
          == 0;
    } catch (IOException e) {
      return System.console() != null; // There is no such program.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    }
  }
}
