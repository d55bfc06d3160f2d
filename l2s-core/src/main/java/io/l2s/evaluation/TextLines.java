package io.l2s.evaluation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The lines of a stream of UTF-8 text, within bounds on each line and on all. */
final class TextLines {

  /** Longer than any sentence: a longer line means that the file is no text. */
  private static final int MAX_LINE_BYTES = 1 << 20;

  /** Lines may be short, so a small compressed file could fill the heap. WMT14 has 4.5 million. */
  private static final int MAX_LINES = 5_000_000;

  private static final int REPLACEMENT = 0xFFFD;

  private final InputStream in;
  private final byte[] chunk = new byte[1 << 16];
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private int from;
  private int end;
  private long taken;
  private long lines;

  /** A line or a number of lines beyond its bound, which the message names. */
  static final class BoundException extends Exception {

    private static final long serialVersionUID = 1L;

    final String problem;

    BoundException(String problem) {
      super(problem);
      this.problem = problem;
    }
  }

  TextLines(InputStream in) {
    this.in = in;
  }

  /**
   * The next line without its end; null after the last one.
   *
   * @throws CharacterCodingException if it is not UTF-8
   * @throws BoundException if it or the text up to it is too long, or there are too many lines
   */
  @Nullable String next() throws IOException, BoundException {
    begun.reset();
    while (from < end || fill()) {
      int feed = from;
      while (feed < end && chunk[feed] != '\n') {
        feed++;
      }
      if (begun.size() + feed - from > MAX_LINE_BYTES) {
        throw new BoundException("a line must have at most " + MAX_LINE_BYTES + " bytes");
      }
      if (feed < end) {
        int start = from;
        from = feed + 1;
        return counted(begun.size() == 0 ? text(chunk, start, feed) : text(start, feed));
      }
      begun.write(chunk, from, end - from);
      from = end;
    }
    return begun.size() == 0 ? null : counted(text(0, 0));
  }

  private boolean fill() throws IOException, BoundException {
    from = 0;
    end = Math.max(0, in.read(chunk, 0, chunk.length));
    taken += end;
    if (taken > TextFile.MAX_BYTES) {
      throw new BoundException(
          "a file must have at most " + TextFile.MAX_BYTES + " bytes of text; split it");
    }
    return end > 0;
  }

  private String counted(String text) throws BoundException {
    if (++lines > MAX_LINES) {
      throw new BoundException("a file must have at most " + MAX_LINES + " lines; split it");
    }
    return text;
  }

  /** A line that earlier chunks begin and a part of this one ends. */
  private String text(int start, int feed) throws CharacterCodingException {
    begun.write(chunk, start, feed - start);
    byte[] bytes = begun.toByteArray();
    return text(bytes, 0, bytes.length);
  }

  private static String text(byte[] bytes, int start, int feed) throws CharacterCodingException {
    int length = (feed > start && bytes[feed - 1] == '\r' ? feed - 1 : feed) - start;
    String text = new String(bytes, start, length, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0) {
      // U+FFFD is in the text itself or replaces malformed bytes.
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, length));
    }
    return text;
  }
}
