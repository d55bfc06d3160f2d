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
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The features of a frozen LLM for a training's prompts, computed once and read from a file after.
 *
 * <p>The file has a record for each distinct prompt, shortest prompts first: float32 {@code
 * [length, width]}. Native thread only, but for {@link #open} and {@link #complete}.
 */
final class FeatureStore implements LlmEncoder {

  private static final int TOKENS_AT_ONCE = 4096;
  private static final Comparator<int[]> ORDER =
      Comparator.<int[]>comparingInt(prompt -> prompt.length).thenComparing(Arrays::compare);

  private final FeatureFile file;
  private final LlmEncoder llm;
  private final List<int[]> prompts; // distinct, in ORDER, as their records

  private FeatureStore(FeatureFile file, LlmEncoder llm, List<int[]> prompts) {
    this.file = file;
    this.llm = llm;
    this.prompts = prompts;
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
    int[] lengths = prompts.stream().mapToInt(prompt -> bytes(prompt.length, llm)).toArray();
    return new FeatureStore(FeatureFile.open(file, key, lengths), llm, prompts);
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
    report(listener);
    if (file.isComplete()) {
      return true;
    }
    try (FileLock lock = file.lock()) {
      return compute(runtime, listener);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file.path(), e);
    }
  }

  private void report(TrainingListener listener) {
    listener.onFeatures(file.stored(), prompts.size(), file.path(), file.bytes());
  }

  private boolean compute(NativeRuntime runtime, TrainingListener listener) {
    while (!file.isComplete() && !listener.stopRequested()) {
      int from = file.stored();
      int to = from + 1;
      while (to < prompts.size() && prompts.get(to).length * (to - from + 1) <= TOKENS_AT_ONCE) {
        to++;
      }
      TokenBatch batch = new TokenBatch(prompts.subList(from, to));
      float[] features = runtime.call(() -> computed(runtime, batch));
      int row = batch.maxLength() * width();
      file.append(features, IntStream.range(0, batch.size()).map(i -> i * row).toArray());
      report(listener);
    }
    return file.isComplete();
  }

  private float[] computed(NativeRuntime runtime, TokenBatch batch) {
    try (NDManager scope = runtime.newScope()) {
      return llm.encode(scope, batch).toFloatArray();
    }
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
    requireOneArray(batch);
    int[] records = batch.ids().stream().mapToInt(this::record).toArray();
    ByteBuffer data = file.read(records, bytes(batch.maxLength(), llm));
    return scope.create(data.asFloatBuffer(), new Shape(batch.size(), batch.maxLength(), width()));
  }

  private int record(int[] prompt) {
    int record = Collections.binarySearch(prompts, prompt, ORDER);
    if (record < 0) {
      throw new IllegalArgumentException(
          "the feature file has no record of a prompt of " + prompt.length + " tokens");
    }
    return record;
  }

  private void requireOneArray(TokenBatch batch) {
    long bytes = FeatureFile.bufferBytes(batch.size(), bytes(batch.maxLength(), llm));
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

  private static int bytes(int length, LlmEncoder llm) {
    return Math.multiplyExact(length, Float.BYTES * llm.width());
  }

  @Override
  public void close() {
    file.close();
  }
}
