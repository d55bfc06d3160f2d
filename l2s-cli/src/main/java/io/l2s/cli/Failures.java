package io.l2s.cli;

import io.l2s.L2sException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns every failure into one message on standard error and an exit code. */
record Failures(BooleanSupplier verbose) {

  int onUsage(ParameterException failure, String[] args) {
    CommandLine line = failure.getCommandLine();
    String command = line.getCommandSpec().qualifiedName();
    line.getErr()
        .println(command + ": " + failure.getMessage() + " (see '" + command + " --help')");
    return ExitCode.USAGE;
  }

  int onExecution(Exception thrown, CommandLine line, ParseResult parsed) {
    PrintWriter err = line.getErr();
    String command = line.getCommandSpec().qualifiedName();
    // picocli hands on an Error inside an exception of its own.
    Throwable failure = thrown instanceof ExecutionException ? thrown.getCause() : thrown;
    if (failure instanceof L2sException || failure instanceof CommandFailure) {
      err.println(command + ": " + failure.getMessage());
    } else if (failure instanceof UncheckedIOException) {
      err.println(command + ": " + failure.getMessage() + ": " + failure.getCause().getMessage());
    } else if (failure instanceof IOException) {
      err.println(
          command
              + ": cannot read or write "
              + failure.getMessage()
              + " ("
              + failure.getClass().getSimpleName()
              + ")");
    } else {
      err.println(
          command
              + ": unexpected failure, please report it: "
              + failure
              + (verbose.getAsBoolean() ? "" : " (--verbose prints where)"));
    }
    if (verbose.getAsBoolean()) {
      failure.printStackTrace(err);
    }
    return ExitCode.SOFTWARE;
  }
}
