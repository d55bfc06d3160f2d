package io.l2s.cli;

import io.l2s.IoReasons;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a UTF-8 stream, read strictly.
 *
 * <p>A line ends with a line feed, or carriage return and line feed; a line feed at the end begins
 * no further line. A byte order mark at the start is skipped. Every other character belongs to its
 * line, even NUL. Malformed UTF-8 and lines over {@value #MAX_LINE_BYTES} bytes are refused.
 */
final class LineReader {

  /** The longest line in bytes. */
  static final int MAX_LINE_BYTES = 4 << 20;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final String name;
  private final InputStream stream;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long number;

  LineReader(String name, InputStream stream) {
    this.name = name;
    this.stream = new BufferedInputStream(stream, 1 << 16);
  }

  /** The next line without its end; null after the last one. */
  @Nullable String next() {
    number++;
    bytes.reset();
    try {
      int next = stream.read();
      if (next < 0) {
        return null;
      }
      for (; next >= 0 && next != '\n'; next = stream.read()) {
        if (bytes.size() == MAX_LINE_BYTES) {
          throw new CommandFailure(
              position() + ": a line may be at most " + MAX_LINE_BYTES + " bytes long");
        }
        bytes.write(next);
      }
      return decoded(next == '\n');
    } catch (CharacterCodingException e) {
      throw new CommandFailure(position() + ": not valid UTF-8; convert the file to UTF-8", e);
    } catch (IOException e) {
      throw new CommandFailure("cannot read " + name + ": " + IoReasons.reason(e), e);
    }
  }

  /** Name and number of the line read last, for messages. */
  String position() {
    return name + " line " + number;
  }

  private String decoded(boolean ended) throws CharacterCodingException {
    String line =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    int start = number == 1 && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
    int end = ended && line.endsWith("\r") ? line.length() - 1 : line.length();
    return line.substring(start, end);
  }
}
