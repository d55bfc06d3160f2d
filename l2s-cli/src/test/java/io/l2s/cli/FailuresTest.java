package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.InvalidRequestException;
import io.l2s.InvalidSettingException;
import io.l2s.QueueFullException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class FailuresTest {

  @Command(name = "l2s")
  private static final class Named {

    @Option(names = "--batch-size")
    private int batchSize;
  }

  @Test
  void aSettingIsNamedByItsOptionWhereTheCommandHasIt() {
    InvalidRequestException request =
        new InvalidRequestException("numBeams", "at most 4 (maxBatchSize)", 5, "maxBatchSize");
    assertThat(message(request))
        .isEqualTo("l2s: numBeams must be at most 4 (--batch-size), but was 5");
    assertThat(message(new RequestFailure("PROMPT 2", request)))
        .isEqualTo("l2s: PROMPT 2: numBeams must be at most 4 (--batch-size), but was 5");
    assertThat(message(new QueueFullException(4))).endsWith("or raise queueCapacity");
  }

  @Test
  void aSettingOutOfBoundsIsWrongUsage() {
    StringWriter err = new StringWriter();
    CommandLine line = new CommandLine(new Named()).setErr(new PrintWriter(err, true));
    int exitCode =
        new Failures(() -> false)
            .onExecution(new InvalidSettingException("batchSize", "at least 1", 0), line, null);
    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString().strip())
        .isEqualTo("l2s: --batch-size must be at least 1, but was 0 (see 'l2s --help')");
  }

  @Test
  void aWrongOptionIsQuotedWithoutMovingTheCursor() {
    CliRun run = CliRun.of("generate", "--llm", "x", "--threads", "\u001b[2J", "hi");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("\\u001b[2J").doesNotContain("\u001b");
  }

  @Test
  @Timeout(60)
  void anErrorWhileReadingEndsTheRunWithOneMessage() {
    InputStream input =
        new InputStream() {
          @Override
          public int read() {
            throw new OutOfMemoryError("Java heap space");
          }
        };
    CliRun run =
        CliRun.withInput(
            input, "generate", "--llm", FixtureBundle.llm().toString(), "--input", "-");
    assertThat(run.err())
        .hasLineCount(1)
        .startsWith("l2s generate: out of memory (Java heap space)")
        .contains("-Xmx");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void aFileThatCannotBeWrittenIsToldWithTheReason() {
    assertThat(message(new UncheckedIOException("cannot write m", new IOException("disk full"))))
        .isEqualTo("l2s: cannot write m: disk full");
    assertThat(message(new UncheckedIOException("cannot write m", new AccessDeniedException("m"))))
        .isEqualTo("l2s: cannot write m: permission denied");
    assertThat(
            message(
                new UncheckedIOException(
                    "cannot write m",
                    new FileSystemException("m.unfinished", "m", "No space left on device"))))
        .isEqualTo("l2s: cannot write m: No space left on device");
  }

  private static String message(Exception failure) {
    StringWriter err = new StringWriter();
    CommandLine line = new CommandLine(new Named()).setErr(new PrintWriter(err, true));
    new Failures(() -> false).onExecution(failure, line, null);
    return err.toString().strip();
  }
}
