package io.l2s.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import picocli.CommandLine.TypeConversionException;

/** Turns arguments into paths. */
final class CommandPath {

  private static final char REPLACEMENT = '\uFFFD';

  private static final Set<String> STANDARD_INPUT =
      Set.of("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0");

  private CommandPath() {}

  /**
   * The path that {@code argument} names.
   *
   * @throws TypeConversionException if it names a closed standard input, the system has no such
   *     paths, or the locale's encoding, in which Java reads arguments and names of files, lacks
   *     characters of it
   */
  static Path parse(String argument) {
    if (STANDARD_INPUT.contains(argument) && StandardInput.isClosed()) {
      throw new TypeConversionException(argument + " is closed; send data there, or name a file");
    }
    try {
      return Path.of(argument);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(
          argument.indexOf(REPLACEMENT) < 0
              ? "'" + AnswerWriter.inUtf8(argument) + "' is no path: " + e.getReason()
              : "the path '"
                  + argument
                  + "' has characters that the locale's encoding "
                  + System.getProperty("sun.jnu.encoding")
                  + " does not pass on; set a UTF-8 locale, such as LC_ALL=C.UTF-8");
    }
  }
}
