package io.l2s.evaluation;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A buffered stream that knows whether it has ended. Java's gzip reader takes a stream of which no
 * byte is at hand for its end, and asks a pipe for its position, which it has not.
 */
final class DataStream extends BufferedInputStream {

  private static final int SIZE = 1 << 16;

  private long taken;

  DataStream(InputStream bytes) {
    super(bytes, SIZE);
  }

  /** The number of bytes that were read in arrays, so all but those of gzip headers. */
  long taken() {
    return taken;
  }

  /** Whether the bytes begin as gzip data do; none is taken. */
  boolean isGzip() throws IOException {
    mark(2);
    boolean gzip = read() == 0x1F && read() == 0x8B;
    reset();
    return gzip;
  }

  /** 1 before the end, 0 at it; waits for a byte where none is at hand. */
  @Override
  public synchronized int available() throws IOException {
    mark(1);
    boolean more = read() >= 0;
    reset();
    return more ? 1 : 0;
  }

  /**
   * Some bytes, at least one before the end. The buffer is not topped up, since that asks the
   * stream below what is at hand.
   */
  @Override
  public synchronized int read(byte[] target, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int first = read();
    if (first < 0) {
      return -1;
    }
    target[from] = (byte) first;
    int more = Math.min(length - 1, count - pos);
    System.arraycopy(buf, pos, target, from + 1, more);
    pos += more;
    taken += 1 + more;
    return 1 + more;
  }
}
