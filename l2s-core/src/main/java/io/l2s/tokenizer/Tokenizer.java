package io.l2s.tokenizer;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.djl.util.Utils;
import io.l2s.EngineException;
import io.l2s.ModelClosedException;
import io.l2s.ModelLoadException;
import io.l2s.NativesLoadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;

/**
 * Turns text into token ids and back with a checkpoint's {@code tokenizer.json}.
 *
 * <p>It never truncates or pads, even if the file asks for it. It reads lone surrogates as U+FFFD
 * and any other text as it is. The native Hugging Face tokenizers library does the work, in time
 * about linear in the text, so callers bound its length first.
 *
 * <p>Thread-safe. After {@link #close} every method that needs the library throws {@link
 * ModelClosedException}; its failures arrive as {@link EngineException}.
 */
public final class Tokenizer implements AutoCloseable {

  private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;
  private static final int BATCH = 1024;

  private final Path path;
  private final TokenizerFile file;
  private final long handle;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private Tokenizer(Path path, TokenizerFile file, long handle) {
    this.path = path;
    this.file = file;
    this.handle = handle;
  }

  /**
   * Loads a {@code tokenizer.json}.
   *
   * @throws ModelLoadException if the file is missing, unreadable or malformed, or its kind of
   *     tokenizer is none of BPE (byte-level or with byte fallback), Unigram and WordLevel
   * @throws NativesLoadException if the native library cannot be loaded on this machine
   */
  public static Tokenizer load(Path tokenizerJson) {
    String json = TokenizerFile.read(tokenizerJson);
    TokenizerFile file = TokenizerFile.parse(tokenizerJson, json);
    loadLibrary();
    long handle;
    try {
      handle = LIBRARY.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw new ModelLoadException(
          tokenizerJson, List.of("is not a usable tokenizer.json: " + e.getMessage()), e);
    }
    LIBRARY.disableTruncation(handle);
    LIBRARY.disablePadding(handle);
    return new Tokenizer(tokenizerJson, file, handle);
  }

  /** The ids of {@code text} with the special tokens that the file's post-processor adds. */
  public int[] encode(String text) {
    return encode(text, true);
  }

  /**
   * The ids of {@code text} without added special tokens; special tokens spelled out in it are
   * still recognised.
   */
  public int[] encodeWithoutSpecialTokens(String text) {
    return encode(text, false);
  }

  /** The ids of each text as from {@link #encode(String)}, in order, on all free cores. */
  public List<int[]> encodeAll(List<String> texts) {
    return encodeAll(texts, true);
  }

  /**
   * The ids of each text as from {@link #encodeWithoutSpecialTokens}, in order, on all free cores.
   */
  public List<int[]> encodeAllWithoutSpecialTokens(List<String> texts) {
    return encodeAll(texts, false);
  }

  private List<int[]> encodeAll(List<String> texts, boolean specialTokens) {
    List<int[]> all = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += BATCH) {
      List<String> batch = texts.subList(from, Math.min(texts.size(), from + BATCH));
      String[] sanitized =
          batch.stream().map(Tokenizer::withoutLoneSurrogates).toArray(String[]::new);
      all.addAll(locked(at -> takeIds(LIBRARY.batchEncode(at, sanitized, specialTokens))));
    }
    return all;
  }

  /**
   * The text of {@code ids} without special tokens. Ids without a token, such as padding rows of an
   * embedding table, have no text.
   */
  public String decode(int... ids) {
    return decode(ids, true);
  }

  /** The text of {@code ids} in which special tokens are spelled out. */
  public String decodeWithSpecialTokens(int... ids) {
    return decode(ids, false);
  }

  /** {@link #decode(int...)} of a list. */
  public String decode(List<Integer> ids) {
    return decode(ids.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The largest id of any token, added tokens included; −1 for an empty vocabulary. */
  public int maxTokenId() {
    return file.maxTokenId();
  }

  /** All tokens under their ids, added tokens included. */
  public Vocabulary vocabulary() {
    return file.vocabulary();
  }

  /** Frees the native tokenizer, after calls under way have ended; closing twice does nothing. */
  @Override
  public void close() {
    Lock writing = lock.writeLock();
    writing.lock();
    try {
      if (!closed) {
        closed = true;
        LIBRARY.deleteTokenizer(handle);
      }
    } finally {
      writing.unlock();
    }
  }

  TokenizerFile file() {
    return file;
  }

  private int[] encode(String text, boolean specialTokens) {
    String sanitized = withoutLoneSurrogates(text);
    return locked(at -> takeIds(LIBRARY.encode(at, sanitized, specialTokens)));
  }

  private String decode(int[] ids, boolean skipSpecialTokens) {
    if (ids.length == 0) {
      return "";
    }
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      wide[i] = ids[i];
    }
    return locked(at -> LIBRARY.decode(at, wide, skipSpecialTokens));
  }

  private <T> T locked(LongFunction<T> work) {
    Lock reading = lock.readLock();
    reading.lock();
    try {
      if (closed) {
        throw new ModelClosedException();
      }
      return applied(work);
    } finally {
      reading.unlock();
    }
  }

  private <T> T applied(LongFunction<T> work) {
    try {
      return work.apply(handle);
    } catch (RuntimeException e) {
      throw new EngineException("the tokenizer of " + path + " failed: " + e.getMessage(), e);
    }
  }

  private static List<int[]> takeIds(long[] encodings) {
    List<int[]> ids = new ArrayList<>(encodings.length);
    try {
      for (long encoding : encodings) {
        ids.add(ids(encoding));
      }
    } finally {
      for (long encoding : encodings) {
        LIBRARY.deleteEncoding(encoding);
      }
    }
    return ids;
  }

  private static int[] takeIds(long encoding) {
    try {
      return ids(encoding);
    } finally {
      LIBRARY.deleteEncoding(encoding);
    }
  }

  private static int[] ids(long encoding) {
    long[] wide = LIBRARY.getTokenIds(encoding);
    int[] ids = new int[wide.length];
    for (int i = 0; i < wide.length; i++) {
      ids[i] = Math.toIntExact(wide[i]);
    }
    return ids;
  }

  private static String withoutLoneSurrogates(String text) {
    int at = loneSurrogate(text, 0);
    if (at < 0) {
      return text;
    }
    StringBuilder replaced = new StringBuilder(text);
    for (; at >= 0; at = loneSurrogate(text, at + 1)) {
      replaced.setCharAt(at, '\uFFFD');
    }
    return replaced.toString();
  }

  private static int loneSurrogate(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return i;
      }
    }
    return -1;
  }

  private static void loadLibrary() {
    // On a machine with CUDA the loader would download a GPU build, unless offline. Tokenizers do
    // not need it, and the jar has the CPU build of each platform.
    String flavor = "RUST_FLAVOR";
    if (!Utils.isOfflineMode() && Utils.getEnvOrSystemProperty(flavor) == null) {
      System.setProperty(flavor, "cpu");
    }
    try {
      LibUtils.checkStatus();
    } catch (RuntimeException e) {
      String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
      throw new NativesLoadException(
          "the native tokenizers library cannot be loaded on "
              + platform
              + "; it exists for Linux and macOS on arm64, Linux and Windows on x86-64: "
              + e.getMessage(),
          e);
    }
  }
}
