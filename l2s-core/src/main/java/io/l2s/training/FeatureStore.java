package io.l2s.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.DataFileException;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The features of a frozen LLM for a training's prompts, computed once and read from a file after.
 *
 * <p>The file has a header and then a record for each distinct prompt, shortest prompts first:
 * float32 {@code [length, width]} and a CRC-32C of it, little-endian. It grows record by record, so
 * what is there stays usable when its making is interrupted. Native thread only, but for {@link
 * #open} and {@link #complete}.
 */
final class FeatureStore implements LlmEncoder {

  private static final byte[] MAGIC = "l2s-features-1\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY_BYTES = 64;
  private static final int HEADER = 16 + KEY_BYTES;
  private static final int CHECKSUM = Integer.BYTES;
  private static final int TOKENS_AT_ONCE = 4096;
  private static final Comparator<int[]> ORDER =
      Comparator.<int[]>comparingInt(prompt -> prompt.length).thenComparing(Arrays::compare);

  private final Path file;
  private final LlmEncoder llm;
  private final FileChannel channel;
  private final List<int[]> prompts; // distinct, in ORDER, as their records
  private final long[] offsets; // one more than prompts
  private int stored;
  private ByteBuffer buffer = allocate(1 << 20);

  private FeatureStore(Path file, LlmEncoder llm, FileChannel channel, List<int[]> prompts) {
    this.file = file;
    this.llm = llm;
    this.channel = channel;
    this.prompts = prompts;
    offsets = new long[prompts.size() + 1];
    offsets[0] = HEADER;
    for (int i = 0; i < prompts.size(); i++) {
      offsets[i + 1] = offsets[i] + bytes(prompts.get(i).length) + CHECKSUM;
    }
  }

  /** The prompts of all lists, each once and by length, whatever order they come in. */
  static List<int[]> distinct(List<List<int[]>> promptLists) {
    SortedSet<int[]> distinct = new TreeSet<>(ORDER);
    promptLists.forEach(distinct::addAll);
    return List.copyOf(distinct);
  }

  /**
   * Opens or begins the file; {@link #complete} computes what is missing in it.
   *
   * @param key 64 characters that identify model and prompts; a file of others is refused
   * @param llm computes the features; stays the caller's
   * @param prompts {@link #distinct} ones
   * @throws DataFileException if the file was made for something else or its disk is too small
   * @throws UncheckedIOException naming the file, if it cannot be read or written
   */
  static FeatureStore open(Path file, String key, LlmEncoder llm, List<int[]> prompts) {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FeatureStore store = new FeatureStore(file, llm, channel, prompts);
      store.begin(key);
      return store;
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
    while (stored < prompts.size() && offsets[stored + 1] <= channel.size()) {
      stored++;
    }
    // The last record may have been torn.
    while (stored > 0 && !intact(stored - 1)) {
      stored--;
    }
    long missing = offsets[prompts.size()] - offsets[stored];
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
    int length = bytes(prompts.get(record).length);
    ByteBuffer data = room(length + CHECKSUM);
    read(data, offsets[record]);
    return checksum(data, 0, length) == data.getInt(length);
  }

  /** Size of the file with all features. */
  long bytes() {
    return offsets[prompts.size()];
  }

  /**
   * Computes and stores the features that are missing, until all are there or the listener asks to
   * stop.
   *
   * @return whether all are there
   * @throws DataFileException if another training is computing them into the same file
   * @throws UncheckedIOException naming the file, if its disk refuses
   */
  boolean complete(NativeRuntime runtime, TrainingListener listener) {
    listener.onFeatures(stored, prompts.size(), file, bytes());
    if (stored == prompts.size()) {
      return true;
    }
    try (FileLock lock = lock()) {
      return compute(runtime, listener);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private FileLock lock() throws IOException {
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

  private boolean compute(NativeRuntime runtime, TrainingListener listener) {
    while (stored < prompts.size() && !listener.stopRequested()) {
      int to = stored + 1;
      while (to < prompts.size() && prompts.get(to).length * (to - stored + 1) <= TOKENS_AT_ONCE) {
        to++;
      }
      TokenBatch batch = new TokenBatch(prompts.subList(stored, to));
      write(runtime.call(() -> computed(runtime, batch)), batch);
      listener.onFeatures(stored, prompts.size(), file, bytes());
    }
    return stored == prompts.size();
  }

  private float[] computed(NativeRuntime runtime, TokenBatch batch) {
    try (NDManager scope = runtime.newScope()) {
      return llm.encode(scope, batch).toFloatArray();
    }
  }

  private void write(float[] features, TokenBatch batch) {
    int[] lengths = batch.lengths();
    int total = 0;
    for (int length : lengths) {
      total += bytes(length) + CHECKSUM;
    }
    ByteBuffer data = room(total);
    for (int row = 0; row < lengths.length; row++) {
      int at = data.position();
      int from = row * batch.maxLength() * width();
      data.asFloatBuffer().put(features, from, lengths[row] * width());
      data.position(at + bytes(lengths[row]));
      data.putInt(checksum(data, at, bytes(lengths[row])));
    }
    try {
      write(data.flip(), offsets[stored]);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    stored += lengths.length;
  }

  @Override
  public TokenEmbedder embeddings() {
    return llm.embeddings();
  }

  @Override
  public int width() {
    return llm.width();
  }

  /**
   * The stored features of prompts that it was opened with; zeros beyond a prompt's length.
   *
   * @throws DataFileException if a record is damaged
   */
  @Override
  public NDArray encode(NDManager scope, TokenBatch batch) {
    int row = bytes(batch.maxLength());
    requireOneArray(batch);
    ByteBuffer data = room(batch.size() * row + CHECKSUM);
    try {
      for (int i = 0; i < batch.size(); i++) {
        int length = bytes(batch.ids().get(i).length);
        int record = Collections.binarySearch(prompts, batch.ids().get(i), ORDER);
        read(data.limit(i * row + length + CHECKSUM).position(i * row), offsets[record]);
        if (checksum(data, i * row, length) != data.getInt(i * row + length)) {
          throw failure("are damaged in record " + record, "delete the file to make it anew");
        }
        // The next row overwrites no more than what lies beyond this one's end.
        for (int at = i * row + length; at < (i + 1) * row; at += Float.BYTES) {
          data.limit(data.capacity()).putFloat(at, 0f);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    data.position(0).limit(batch.size() * row);
    return scope.create(data.asFloatBuffer(), new Shape(batch.size(), batch.maxLength(), width()));
  }

  private void requireOneArray(TokenBatch batch) {
    long bytes = (long) batch.size() * bytes(batch.maxLength()) + CHECKSUM;
    if (bytes > Integer.MAX_VALUE) {
      throw new TrainingException(
          "the features of a batch must have at most 2 GiB, but those of "
              + batch.size()
              + " prompts of up to "
              + batch.maxLength()
              + " tokens have "
              + bytes
              + " bytes; lower batchSize or batchTokens",
          "batchSize",
          "batchTokens");
    }
  }

  private int bytes(int length) {
    return Math.multiplyExact(length, Float.BYTES * width());
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
