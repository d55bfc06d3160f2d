package io.l2s.training;

import io.l2s.DataFileException;
import io.l2s.checkpoint.ModelFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of float32 records of given lengths: a header, then each record with a CRC-32C of it,
 * little-endian. It grows record by record, so what is there stays usable when its making is
 * interrupted. Not thread-safe.
 */
final class FeatureFile implements AutoCloseable {

  private static final byte[] MAGIC = "l2s-features-1\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY_BYTES = 64;
  private static final int HEADER = 16 + KEY_BYTES;
  private static final int CHECKSUM = Integer.BYTES;

  private final Path file;
  private final FileChannel channel;
  private final int[] lengths; // bytes of each record
  private final long[] offsets; // one more than records
  private int stored;
  private ByteBuffer buffer = allocate(1 << 20);

  private FeatureFile(Path file, FileChannel channel, int[] lengths) {
    this.file = file;
    this.channel = channel;
    this.lengths = lengths;
    offsets = new long[lengths.length + 1];
    offsets[0] = HEADER;
    for (int i = 0; i < lengths.length; i++) {
      offsets[i + 1] = offsets[i] + lengths[i] + CHECKSUM;
    }
  }

  /**
   * Opens or begins the file.
   *
   * @param key 64 characters that identify the records; a file of others is refused
   * @param lengths bytes of each record
   * @throws DataFileException if the file was made for something else or its disk is too small
   * @throws UncheckedIOException naming the file, if it cannot be read or written
   */
  static FeatureFile open(Path file, String key, int[] lengths) {
    ModelFile.requireRegularIfThere(file);
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FeatureFile opened = new FeatureFile(file, channel, lengths);
      opened.begin(key);
      return opened;
    } catch (IOException e) {
      closeAfter(channel, e);
      throw new UncheckedIOException("cannot open " + file, e);
    } catch (RuntimeException e) {
      closeAfter(channel, e);
      throw e;
    }
  }

  private static void closeAfter(@Nullable FileChannel channel, Exception failure) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private void begin(String key) throws IOException {
    ByteBuffer header =
        ByteBuffer.allocate(HEADER).put(MAGIC).put(key.getBytes(StandardCharsets.US_ASCII)).flip();
    if (channel.size() < HEADER) {
      write(header, 0);
    } else {
      ByteBuffer found = ByteBuffer.allocate(HEADER);
      read(found, 0);
      if (!found.flip().equals(header)) {
        throw failure("were made for another model or other prompts", "name another directory");
      }
    }
    while (stored < lengths.length && offsets[stored + 1] <= channel.size()) {
      stored++;
    }
    // The last record may have been torn.
    while (stored > 0 && !intact(stored - 1)) {
      stored--;
    }
    long missing = offsets[lengths.length] - offsets[stored];
    long free = Files.getFileStore(file).getUsableSpace();
    if (missing > free) {
      throw failure(
          String.format(
              Locale.ROOT,
              "need %.1f MB more, but the disk has %.1f MB",
              missing / 1e6,
              free / 1e6),
          "name another directory or train without stored features");
    }
  }

  private boolean intact(int record) throws IOException {
    int length = lengths[record];
    ByteBuffer data = room(length + CHECKSUM);
    read(data, offsets[record]);
    return checksum(data, 0, length) == data.getInt(length);
  }

  Path path() {
    return file;
  }

  /** Number of records that are there. */
  int stored() {
    return stored;
  }

  /** Whether all records are there. */
  boolean isComplete() {
    return stored == lengths.length;
  }

  /** Size of the file with all records. */
  long bytes() {
    return offsets[lengths.length];
  }

  /** Bytes of a buffer for {@code rows} records of up to {@code bytes} bytes each. */
  static long bufferBytes(int rows, int bytes) {
    return (long) rows * bytes + CHECKSUM;
  }

  /**
   * Takes the right to append.
   *
   * @throws DataFileException if another training has it
   */
  FileLock lock() throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw failure("are being computed by another training", "start again when it has them");
    }
    return lock;
  }

  /**
   * Appends records.
   *
   * @param values of all records
   * @param starts index of each record's first value
   */
  void append(float[] values, int[] starts) {
    int total = 0;
    for (int i = 0; i < starts.length; i++) {
      total += lengths[stored + i] + CHECKSUM;
    }
    ByteBuffer data = room(total);
    for (int i = 0; i < starts.length; i++) {
      int at = data.position();
      int length = lengths[stored + i];
      data.asFloatBuffer().put(values, starts[i], length / Float.BYTES);
      data.position(at + length);
      data.putInt(checksum(data, at, length));
    }
    try {
      write(data.flip(), offsets[stored]);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    stored += starts.length;
  }

  /**
   * Reads records one after the other, each followed by zeros up to {@code row} bytes. The next
   * call overwrites them.
   *
   * @throws DataFileException if a record is damaged
   */
  ByteBuffer read(int[] records, int row) {
    ByteBuffer data = room(records.length * row + CHECKSUM);
    try {
      for (int i = 0; i < records.length; i++) {
        int length = lengths[records[i]];
        read(data.limit(i * row + length + CHECKSUM).position(i * row), offsets[records[i]]);
        if (checksum(data, i * row, length) != data.getInt(i * row + length)) {
          throw failure("are damaged in record " + records[i], "delete the file to make it anew");
        }
        // The next row overwrites no more than what lies beyond this one's end.
        for (int at = i * row + length; at < (i + 1) * row; at += Float.BYTES) {
          data.limit(data.capacity()).putFloat(at, 0f);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    return data.position(0).limit(records.length * row);
  }

  private ByteBuffer room(int bytes) {
    if (buffer.capacity() < bytes) {
      buffer = allocate(bytes);
    }
    return buffer.clear().limit(bytes);
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int checksum(ByteBuffer data, int from, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(data.duplicate().limit(from + length).position(from));
    return (int) checksum.getValue();
  }

  private void read(ByteBuffer target, long position) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int read = channel.read(target, at);
      if (read < 0) {
        throw failure("end at byte " + at, "delete the file to make it anew");
      }
      at += read;
    }
  }

  private void write(ByteBuffer source, long position) throws IOException {
    long at = position;
    while (source.hasRemaining()) {
      at += channel.write(source, at);
    }
  }

  private DataFileException failure(String problem, String remedy) {
    return new DataFileException(file, 0, "the stored features " + problem + "; " + remedy, null);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + file, e);
    }
  }
}
