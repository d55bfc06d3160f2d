package io.l2s.evaluation;

import io.l2s.DataFileException;
import io.l2s.IoReasons;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A UTF-8 text file, read strictly, one segment a line.
 *
 * <p>The file may be a pipe and may be compressed with gzip, which is seen from its first bytes,
 * and its text may begin with a byte order mark. Lines end in a line feed, with or without a
 * carriage return before it; a line feed at the end begins no further line.
 */
public final class TextFile {

  /** Longer than any sentence: a longer line means that the file is no text. */
  private static final int MAX_LINE_BYTES = 1 << 20;

  /** Lines may be short, so a small compressed file could fill the heap. */
  private static final int MAX_LINES = 5_000_000;

  private static final int END = -1;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path file;
  private final LineConsumer consumer;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long line;

  private TextFile(Path file, LineConsumer consumer) {
    this.file = file;
    this.consumer = consumer;
  }

  /** Takes the lines of a file in order. */
  @FunctionalInterface
  interface LineConsumer {

    /**
     * @param line from 1
     */
    void accept(long line, String text);
  }

  /**
   * Reads all lines in order, empty ones included.
   *
   * @throws DataFileException naming file and line, if the file is missing, empty, not gzip in
   *     spite of its {@code .gz} suffix, cut short, not UTF-8, has a line over 1 MiB or more than
   *     five million lines
   */
  public static List<String> read(Path file) {
    List<String> lines = new ArrayList<>();
    forEachLine(file, (line, text) -> lines.add(text));
    if (lines.isEmpty()) {
      throw new DataFileException(file, 0, "is empty; it must have at least one line", null);
    }
    return List.copyOf(lines);
  }

  /**
   * Reads the lines one by one; none if the file is empty.
   *
   * @throws DataFileException as {@link #read} does
   */
  static void forEachLine(Path file, LineConsumer consumer) {
    new TextFile(file, consumer).readAll();
  }

  private void readAll() {
    try {
      // Before any line is held; a pipe can be read only once.
      if (Files.isRegularFile(file)) {
        checkLines();
      }
      readLines();
    } catch (NoSuchFileException e) {
      throw failure(0, "does not exist", e);
    } catch (EOFException e) {
      throw failure(line, "the gzip data are cut short", e);
    } catch (ZipException e) {
      throw failure(line, "the gzip data are damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw failure(line, "cannot be read: " + IoReasons.reason(e), e);
    }
  }

  private void checkLines() throws IOException {
    byte[] some = new byte[1 << 16];
    int length = 0;
    try (InputStream in = open()) {
      line = 1;
      for (int count = in.read(some); count != END; count = in.read(some)) {
        for (int i = 0; i < count; i++) {
          if (some[i] == '\n') {
            line++;
            length = 0;
          } else if (++length > MAX_LINE_BYTES) {
            throw tooLong();
          }
        }
        // The last line feed begins no further line.
        if (line > MAX_LINES + 1) {
          throw tooManyLines();
        }
      }
    }
    line = 0;
  }

  private void readLines() throws IOException {
    try (InputStream in = open()) {
      boolean more = true;
      while (more) {
        more = readLine(in);
      }
    }
  }

  private InputStream open() throws IOException {
    InputStream in = new DataStream(Files.newInputStream(file));
    try {
      InputStream text = decompressed(in);
      if (text == in && file.toString().toLowerCase(Locale.ROOT).endsWith(".gz")) {
        throw failure(0, "is not gzip data, though its name ends in .gz", null);
      }
      return text;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * The bytes of a file or pipe, decompressed where they are gzip data.
   *
   * @throws EOFException if gzip data end in their header; reading throws an {@link IOException}
   *     where they grow more than a hundred times
   */
  public static InputStream decompressed(InputStream bytes) throws IOException {
    DataStream in = bytes instanceof DataStream stream ? stream : new DataStream(bytes);
    return in.isGzip() ? new BufferedInputStream(new BoundedGzip(in), 1 << 16) : in;
  }

  private boolean readLine(InputStream in) throws IOException {
    line++;
    bytes.reset();
    int next;
    while ((next = in.read()) != END && next != '\n') {
      if (bytes.size() == MAX_LINE_BYTES) {
        throw tooLong();
      }
      bytes.write(next);
    }
    if (next != END || bytes.size() > 0) {
      if (line > MAX_LINES) {
        throw tooManyLines();
      }
      consumer.accept(line, decode());
    }
    return next != END;
  }

  private String decode() {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
      if (line == 1 && text.startsWith(BYTE_ORDER_MARK)) {
        text = text.substring(BYTE_ORDER_MARK.length());
      }
      return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    } catch (CharacterCodingException e) {
      throw failure(line, "is not UTF-8 text", e);
    }
  }

  private DataFileException tooLong() {
    return failure(line, "a line must have at most " + MAX_LINE_BYTES + " bytes", null);
  }

  private DataFileException tooManyLines() {
    return failure(
        MAX_LINES + 1, "a file must have at most " + MAX_LINES + " lines; split it", null);
  }

  private DataFileException failure(long line, String problem, @Nullable Throwable cause) {
    return new DataFileException(file, line, problem, cause);
  }
}
