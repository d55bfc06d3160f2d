package io.l2s.cli;

import io.l2s.Excerpt;
import io.l2s.InvalidSettingException;
import io.l2s.IoReasons;
import io.l2s.L2sException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns every failure into one message on standard error and an exit code. */
record Failures(BooleanSupplier verbose) {

  private static final int MOST_SHOWN = 2_000;

  /** Two letters that changed places are two edits. */
  private static final int MOST_EDITS = 2;

  int onUsage(ParameterException failure, String[] args) {
    CommandLine line = failure.getCommandLine();
    String command = line.getCommandSpec().qualifiedName();
    // A value of an option may hold what moves the terminal's cursor.
    String shown =
        message(failure)
            .lines()
            .map(each -> Excerpt.of(each, MOST_SHOWN))
            .collect(Collectors.joining("\n"));
    line.getErr().println(command + ": " + shown + " (see '" + command + " --help')");
    return ExitCode.USAGE;
  }

  private static String message(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && !unmatched.getCommandLine().getSubcommands().isEmpty()) {
      return "unknown command \""
          + unmatched.getUnmatched().get(0)
          + "\""
          + unmatched.getSuggestions().stream()
              .findFirst()
              .map(command -> "; did you mean " + command + "?")
              .orElse("");
    }
    // picocli begins its messages about groups of options so.
    return String.valueOf(failure.getMessage()).replaceFirst("^Error: ", "")
        + (failure instanceof UnmatchedArgumentException unknown && unknown.isUnknownOption()
            ? suggestion(unknown)
            : "");
  }

  /** The option that was probably meant; picocli's own suggestions need equal first letters. */
  private static String suggestion(UnmatchedArgumentException unknown) {
    String typed = unknown.getUnmatched().get(0).split("=", 2)[0];
    return unknown.getCommandLine().getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .map(OptionSpec::longestName)
        .filter(name -> edits(typed, name) <= MOST_EDITS)
        .min(Comparator.comparingInt(name -> edits(typed, name)))
        .map(name -> "; did you mean " + name + "?")
        .orElse("");
  }

  /** Letters to insert, to leave out or to replace, so that one word becomes the other. */
  private static int edits(String from, String to) {
    int[] above = IntStream.rangeClosed(0, to.length()).toArray();
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[to.length()];
  }

  int onExecution(Exception thrown, CommandLine line, ParseResult parsed) {
    PrintWriter err = line.getErr();
    String command = line.getCommandSpec().qualifiedName();
    // picocli wraps an Error in an exception of its own.
    Throwable failure =
        thrown instanceof ExecutionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    OptionNames names = new OptionNames(line.getCommandSpec());
    if (failure instanceof InvalidSettingException setting) {
      return onUsage(new ParameterException(line, setting.messageFor(names)), new String[0]);
    } else if (failure instanceof L2sException known) {
      err.println(command + ": " + known.messageFor(names));
    } else if (failure instanceof RequestFailure request) {
      err.println(command + ": " + request.messageFor(names));
    } else if (failure instanceof TypeConversionException) {
      return onUsage(new ParameterException(line, failure.getMessage()), new String[0]);
    } else if (failure instanceof CommandFailure) {
      err.println(command + ": " + failure.getMessage());
    } else if (failure instanceof UncheckedIOException) {
      err.println(command + ": " + message((UncheckedIOException) failure));
    } else if (failure instanceof OutOfMemoryError) {
      err.println(
          command
              + ": out of memory ("
              + failure.getMessage()
              + "); use smaller batches, or give the JVM more with java -Xmx");
    } else if (failure instanceof IOException) {
      err.println(
          command
              + ": cannot read or write "
              + (failure instanceof FileSystemException file ? file.getFile() + ": " : "")
              + IoReasons.reason((IOException) failure));
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

  /** Says what failed and why. */
  static String message(UncheckedIOException failure) {
    return failure.getMessage()
        + ": "
        + IoReasons.reason(Objects.requireNonNull(failure.getCause()));
  }
}
