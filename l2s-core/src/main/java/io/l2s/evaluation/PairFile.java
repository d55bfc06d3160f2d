package io.l2s.evaluation;

import io.l2s.DataFileException;
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
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A UTF-8 text file of sentence pairs, one a line: {@code source<TAB>target}.
 *
 * <p>The file may be compressed with gzip, which its first bytes tell, and its text may begin with
 * a byte order mark. Lines end in a line feed, with or without a carriage return before it. Columns
 * after the second, as the attribution in Tatoeba's exports, are ignored.
 */
public final class PairFile {

  /** Far beyond any sentence: a longer row means that the file is something else. */
  private static final int MAX_ROW_BYTES = 1 << 20;

  private static final int END = -1;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path file;
  private final List<SentencePair> pairs = new ArrayList<>();
  private final ByteArrayOutputStream row = new ByteArrayOutputStream();
  private long line;

  private PairFile(Path file) {
    this.file = file;
  }

  /**
   * Reads all pairs in order.
   *
   * @throws DataFileException naming file and line, if the file is missing, empty, not gzip in
   *     spite of its {@code .gz} suffix, cut short, not UTF-8, or has a row that is empty, over 1
   *     MiB, without a tab or without text on one side of it
   */
  public static List<SentencePair> read(Path file) {
    return new PairFile(file).readAll();
  }

  private List<SentencePair> readAll() {
    try (InputStream in = open()) {
      boolean more = true;
      while (more) {
        more = readRow(in);
      }
    } catch (NoSuchFileException e) {
      throw failure(0, "does not exist", e);
    } catch (EOFException | ZipException e) {
      throw failure(line, "the gzip data are cut short or damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw failure(line, "cannot be read: " + e, e);
    }
    if (pairs.isEmpty()) {
      throw failure(0, "is empty; it must have at least one row source<TAB>target", null);
    }
    return List.copyOf(pairs);
  }

  private InputStream open() throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      in.mark(2);
      boolean gzip = in.read() == 0x1F && in.read() == 0x8B;
      in.reset();
      if (gzip) {
        return new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16);
      }
      if (file.toString().endsWith(".gz")) {
        throw failure(0, "is not gzip data, though its name ends in .gz", null);
      }
      return in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private boolean readRow(InputStream in) throws IOException {
    line++;
    row.reset();
    int next;
    while ((next = in.read()) != END && next != '\n') {
      if (row.size() == MAX_ROW_BYTES) {
        throw failure(line, "a row must have at most " + MAX_ROW_BYTES + " bytes", null);
      }
      row.write(next);
    }
    if (next != END || row.size() > 0) {
      pairs.add(pair(decode()));
    }
    return next != END;
  }

  private String decode() {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(row.toByteArray())).toString();
      if (line == 1 && text.startsWith(BYTE_ORDER_MARK)) {
        text = text.substring(BYTE_ORDER_MARK.length());
      }
      return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    } catch (CharacterCodingException e) {
      throw failure(line, "is not UTF-8 text", e);
    }
  }

  private SentencePair pair(String text) {
    String[] columns = text.split("\t", -1);
    if (columns.length < 2) {
      throw failure(line, "a row must be source<TAB>target, but has no tab", null);
    }
    if (columns[0].isBlank() || columns[1].isBlank()) {
      String side = columns[0].isBlank() ? "source" : "target";
      throw failure(line, "the " + side + " must have text, but is blank", null);
    }
    return new SentencePair(columns[0], columns[1]);
  }

  private DataFileException failure(long line, String problem, Throwable cause) {
    return new DataFileException(file, line, problem, cause);
  }
}
