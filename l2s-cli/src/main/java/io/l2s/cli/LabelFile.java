package io.l2s.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The answers of a labeling. An unfinished file of its own holds them until all are there, a JSON
 * object a line: first the settings, then the answers in the sources' order, each written as it
 * comes. One process at a time has that file open. Not thread-safe.
 */
final class LabelFile implements AutoCloseable {

  private static final String CUT = "cut";

  /** More bytes than a row needs: a source has at most 1 MiB, of which JSON makes up to six. */
  private static final int LONGEST_ROW = 16 << 20;

  private final Path output;
  private final Path unfinished;
  private final List<Source> sources;
  private final List<Label> labels = new ArrayList<>();
  private final FileChannel channel;

  /**
   * A text to answer.
   *
   * @param line where it stands in the data, from 1
   */
  record Source(long line, String text) {}

  private LabelFile(Path output, Path unfinished, FileChannel channel, List<Source> sources) {
    this.output = output;
    this.unfinished = unfinished;
    this.channel = channel;
    this.sources = sources;
  }

  /**
   * Begins or continues the labeling of {@code sources}.
   *
   * @throws CommandFailure as {@link UnfinishedLabels#requireFree} does, if another process labels
   *     into {@code output}, or if the unfinished file is damaged or has other settings or sources
   * @throws UncheckedIOException naming the file that cannot be written
   */
  static LabelFile open(Path output, JsonObject settings, List<Source> sources, boolean resume) {
    new UnfinishedLabels(output).requireFree(resume);
    Path unfinished = new UnfinishedLabels(output).path();
    LabelFile file = new LabelFile(output, unfinished, opened(unfinished), sources);
    try {
      file.begin(settings, resume);
      return file;
    } catch (IOException e) {
      UncheckedIOException failure = cannotWrite(unfinished, e);
      file.closeAfter(failure);
      throw failure;
    } catch (RuntimeException | Error e) {
      file.closeAfter(e);
      throw e;
    }
  }

  private static FileChannel opened(Path unfinished) {
    try {
      return FileChannel.open(
          unfinished, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    } catch (IOException e) {
      throw cannotWrite(unfinished, e);
    }
  }

  private void begin(JsonObject settings, boolean resume) throws IOException {
    requireAlone();
    long kept = 0;
    if (!UnfinishedLabels.isBegunOnly(Channels.newInputStream(channel))) {
      if (!resume) {
        throw new UnfinishedLabels(output).mustResume();
      }
      kept = read(settings);
    }
    channel.truncate(kept);
    channel.position(kept);
    if (kept == 0) {
      append(settings);
    }
  }

  private void requireAlone() throws IOException {
    try {
      if (channel.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // Reported below: this process has it open.
    }
    throw new CommandFailure(unfinished + " is being written by another labeling");
  }

  /**
   * Takes over the answers of the unfinished file and returns the length of its sound part. Rows
   * are read one by one, since somebody may have put any file there.
   */
  private long read(JsonObject settings) throws IOException {
    InputStream in = new BufferedInputStream(Channels.newInputStream(channel.position(0)), 1 << 16);
    long kept = 0;
    int line = 1;
    for (byte[] row = row(in, line); row.length > 0; row = row(in, ++line)) {
      JsonObject object = object(new String(row, StandardCharsets.UTF_8), line);
      if (line == 1) {
        requireSame(object, settings);
      } else if (line - 1 > sources.size()) {
        throw new CommandFailure(
            unfinished
                + " has more answers than the "
                + sources.size()
                + " sources; give the same --data and --limit");
      } else {
        takeOver(object, line);
      }
      kept += row.length;
    }
    return kept;
  }

  /**
   * The next row with its end; empty after the last one. A last row without its end was being
   * written when the process stopped.
   */
  private byte[] row(InputStream in, int line) throws IOException {
    ByteArrayOutputStream row = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      row.write(next);
      if (next == '\n') {
        return row.toByteArray();
      }
      if (row.size() > LONGEST_ROW) {
        throw damaged(line);
      }
    }
    return new byte[0];
  }

  private void takeOver(JsonObject row, int line) {
    Source expected = sources.get(line - 2);
    if (!text(row, UnfinishedLabels.SOURCE, line).equals(expected.text())) {
      throw new CommandFailure(
          unfinished
              + ", line "
              + line
              + ": answers another source than line "
              + expected.line()
              + " of the data; give the same --data");
    }
    labels.add(new Label(expected.text(), text(row, "target", line), row.has(CUT)));
  }

  private JsonObject object(String text, int line) {
    try {
      if (JsonParser.parseString(text) instanceof JsonObject object) {
        return object;
      }
    } catch (JsonParseException e) {
      // Reported below; the parser's position does not help within one line.
    }
    throw damaged(line);
  }

  private String text(JsonObject row, String field, int line) {
    JsonElement value = row.get(field);
    if (value == null || !value.isJsonPrimitive()) {
      throw damaged(line);
    }
    return value.getAsString();
  }

  private CommandFailure damaged(int line) {
    return new CommandFailure(
        unfinished + ", line " + line + ": is damaged; remove the file to start again");
  }

  private void requireSame(JsonObject before, JsonObject now) {
    Set<String> names = new LinkedHashSet<>(now.keySet());
    names.addAll(before.keySet());
    List<String> problems = new ArrayList<>();
    for (String name : names) {
      if (!now.has(name) || !now.get(name).equals(before.get(name))) {
        problems.add(
            name + " was " + value(before.get(name)) + ", but now it is " + value(now.get(name)));
      }
    }
    if (!problems.isEmpty()) {
      throw new CommandFailure(
          unfinished
              + " was begun with other settings: "
              + String.join("; ", problems)
              + "; give the same ones, or remove the file to start again");
    }
  }

  private static String value(JsonElement setting) {
    return setting == null ? "not there" : setting.toString();
  }

  // Not buffered, since the next write would repeat the rest of a failed one.
  private void append(JsonObject line) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(
            (AnswerWriter.inUtf8(line.toString()) + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Number of sources that are answered. */
  int done() {
    return labels.size();
  }

  /**
   * Writes the answer to the next source; the operating system has it when this returns.
   *
   * @param cut whether the limit of new tokens ended it
   * @throws UncheckedIOException naming the file, which stays resumable
   */
  void add(String answer, boolean cut) {
    Label label = new Label(sources.get(labels.size()).text(), answer, cut);
    JsonObject row = label.json();
    if (cut) {
      row.addProperty(CUT, true);
    }
    try {
      append(row);
    } catch (IOException e) {
      throw cannotWrite(unfinished, e);
    }
    labels.add(label);
  }

  /**
   * Writes the output, which appears as a whole, and removes the unfinished file.
   *
   * @throws UncheckedIOException naming the file; the unfinished one stays resumable
   */
  LabelOutput.Summary finish() {
    LabelOutput.Summary summary = new LabelOutput(output).write(labels);
    close();
    try {
      Files.delete(unfinished);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + unfinished, e);
    }
    return summary;
  }

  private static UncheckedIOException cannotWrite(Path unfinished, IOException cause) {
    return new UncheckedIOException("cannot write " + unfinished, cause);
  }

  private void closeAfter(Throwable failure) {
    try {
      close();
    } catch (UncheckedIOException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw cannotWrite(unfinished, e);
    }
  }
}
