package io.l2s.evaluation;

import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Decompresses gzip data and stops where they grow as no text does. */
final class BoundedGzip extends GZIPInputStream {

  /** Text grows 3 to 30 times, a file of zeros a thousand times. */
  private static final int MAX_GROWTH = 100;

  /** So many bytes do no harm, and short files of equal lines grow much. */
  private static final long ANY_GROWTH = 4L << 20;

  private final DataStream compressed;
  private long made;

  /**
   * @throws java.io.EOFException if the data end in their header
   */
  BoundedGzip(DataStream compressed) throws IOException {
    super(compressed, 1 << 16);
    this.compressed = compressed;
  }

  /**
   * Some decompressed bytes.
   *
   * @throws IOException if the data are damaged, or grow more than a hundred times
   */
  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    int count = super.read(target, from, length);
    made += Math.max(count, 0);
    if (made > ANY_GROWTH && made / MAX_GROWTH > compressed.taken()) {
      throw new IOException(
          "the gzip data grow to more than "
              + MAX_GROWTH
              + " times their size; decompress the file, if it is sound");
    }
    return count;
  }
}
