package io.l2s.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What one run of the command line left behind. */
record CliRun(int exitCode, String out, String err) {

  static CliRun of(String... args) {
    return withInput("", args);
  }

  static CliRun withInput(String input, String... args) {
    return withInput(input.getBytes(StandardCharsets.UTF_8), args);
  }

  static CliRun withInput(byte[] input, String... args) {
    return withInput(new ByteArrayInputStream(input), args);
  }

  static CliRun withInput(InputStream input, String... args) {
    return withInput(new StandardInput(input, () -> false), args);
  }

  /** As in a terminal in which nobody types. */
  static CliRun inTerminal(String... args) {
    return withInput(new StandardInput(InputStream.nullInputStream(), () -> true), args);
  }

  private static CliRun withInput(StandardInput input, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = L2sCli.run(args, input, out, err);
    return new CliRun(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
