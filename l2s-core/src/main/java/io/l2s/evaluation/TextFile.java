package io.l2s.evaluation;

import io.l2s.DataFileException;
import io.l2s.IoReasons;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
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

  /** Most bytes of text: CNN/DailyMail and WMT14 have 1.3 GB each. Larger sets must be split. */
  public static final long MAX_BYTES = 2L << 30;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path file;
  private long line;

  private TextFile(Path file) {
    this.file = file;
  }

  /** Makes a row of a line. */
  @FunctionalInterface
  interface RowReader<R> {

    /**
     * @param line from 1
     * @throws DataFileException if the line is no row
     */
    R row(long line, String text);
  }

  /**
   * Reads all lines in order, empty ones included.
   *
   * @throws DataFileException naming file and line, if the file is missing, empty, not gzip in
   *     spite of its {@code .gz} suffix, cut short, not UTF-8, has a line over 1 MiB, more than
   *     five million lines or over 2 GiB of text
   */
  public static List<String> read(Path file) {
    List<String> lines = readAny(file);
    if (lines.isEmpty()) {
      throw new DataFileException(file, 0, "is empty; it must have at least one line", null);
    }
    return lines;
  }

  /**
   * Reads all lines in order, empty ones included; none if the file is empty.
   *
   * @throws DataFileException as {@link #read} does, but for an empty file
   */
  public static List<String> readAny(Path file) {
    return rows(file, (line, text) -> text);
  }

  /**
   * Reads the rows in order; none if the file is empty. A file is read to its end before any row is
   * kept, so that one that is refused takes no memory; a pipe can be read only once.
   *
   * @throws DataFileException as {@link #read} and {@code reader} do
   */
  static <R> List<R> rows(Path file, RowReader<R> reader) {
    if (Files.isRegularFile(file)) {
      new TextFile(file).read(reader, row -> {});
    }
    List<R> rows = new ArrayList<>();
    new TextFile(file).read(reader, rows::add);
    return List.copyOf(rows);
  }

  private <R> void read(RowReader<R> reader, Consumer<R> rows) {
    try (InputStream in = open()) {
      TextLines lines = new TextLines(in);
      String text;
      while ((text = next(lines)) != null) {
        rows.accept(reader.row(line, text));
      }
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

  private @Nullable String next(TextLines lines) throws IOException {
    line++;
    try {
      String text = lines.next();
      return line == 1 && text != null && text.startsWith(BYTE_ORDER_MARK)
          ? text.substring(BYTE_ORDER_MARK.length())
          : text;
    } catch (CharacterCodingException e) {
      throw failure(line, "is not UTF-8 text", e);
    } catch (TextLines.BoundException e) {
      throw failure(line, e.problem, e);
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

  private DataFileException failure(long line, String problem, @Nullable Throwable cause) {
    return new DataFileException(file, line, problem, cause);
  }
}
