package io.l2s.samples.spark;

import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns every failure into one line on standard error and an exit code. */
final class Failures {

  private Failures() {}

  static int onUsage(ParameterException failure, String[] args) {
    return print(failure.getCommandLine(), message(failure) + " (see --help)", ExitCode.USAGE);
  }

  static int onExecution(Exception failure, CommandLine line, ParseResult parsed) {
    if (failure instanceof UsageException) {
      return print(line, message(failure) + " (see --help)", ExitCode.USAGE);
    }
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return print(line, message(cause), ExitCode.SOFTWARE);
  }

  /** Spark adds stack traces to its messages; its log has them, too. */
  private static String message(Throwable failure) {
    String message = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    return message.lines().findFirst().orElse("");
  }

  private static int print(CommandLine line, String message, int exitCode) {
    line.getErr().println("spark-batch: " + message);
    line.getErr().flush();
    return exitCode;
  }
}
