package io.l2s.tokenizer;

import java.util.Arrays;

/**
 * The text of one answer while its tokens arrive.
 *
 * <p>The returned chunks, joined, equal {@link Tokenizer#decode(int...)} of all ids. Text that
 * later tokens could still change is held back: a character without its last bytes, and a run of
 * byte-fallback tokens until another token ends it. Where the decoder may rewrite earlier text, all
 * text is held back until {@link #finish}.
 *
 * <p>Each call decodes only a window of the last few tokens, so its cost does not grow with the
 * answer. Hugging Face's text-generation-inference has the same idea in its prefix and read
 * offsets.
 *
 * <p>Not thread-safe: one answer, one thread at a time.
 */
public final class IncrementalDetokenizer {

  private static final char REPLACEMENT = '\uFFFD';

  /**
   * A window that starts inside a character decodes its first three bytes differently from the
   * whole answer, and its first token loses a leading space. Both agree from the fifth character
   * on.
   */
  static final int MIN_CONTEXT_CHARACTERS = 5;

  private final Tokenizer tokenizer;
  private final TokenizerFile file;

  private int keptTokens = 16;
  private int maxTokens = 48;

  private int[] window = new int[64];
  private int size;

  /** Byte-fallback tokens at the window's end; the next token may change their text. */
  private int openRun;

  /** Characters of the window's text that were returned already. */
  private int returned;

  private boolean finished;

  /** Starts an answer of {@code tokenizer}. */
  public IncrementalDetokenizer(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.file = tokenizer.file();
  }

  /**
   * Takes the next tokens and returns the text that no later token can change, often none.
   *
   * @throws IllegalStateException after {@link #finish}
   */
  public String append(int... newIds) {
    requireUnfinished();
    int before = size;
    for (int id : newIds) {
      add(id);
    }
    int closed = size - openRun;
    if (size == before || closed == 0 || !file.incremental()) {
      return "";
    }
    String text = tokenizer.decode(Arrays.copyOf(window, closed));
    int stable = stableLength(text);
    String chunk = text.substring(returned, stable);
    returned = stable;
    if (openRun == 0 && size > maxTokens) {
      shrinkWindow();
    }
    return chunk;
  }

  /**
   * Returns what was held back and ends the answer.
   *
   * @throws IllegalStateException if it has ended already
   */
  public String finish() {
    requireUnfinished();
    finished = true;
    return tokenizer.decode(Arrays.copyOf(window, size)).substring(returned);
  }

  private void add(int id) {
    // Ids without text are dropped: the decoder ignores special tokens, so they must not end a run
    // of bytes.
    if (id < 0 || !file.textTokens().get(id)) {
      return;
    }
    if (size == window.length) {
      window = Arrays.copyOf(window, 2 * size);
    }
    window[size++] = id;
    openRun = file.byteTokens().get(id) ? openRun + 1 : 0;
  }

  private void shrinkWindow() {
    int[] kept = Arrays.copyOfRange(window, size - keptTokens, size);
    String text = tokenizer.decode(kept);
    if (text.length() < MIN_CONTEXT_CHARACTERS) {
      keptTokens *= 2;
      maxTokens *= 2;
      return;
    }
    System.arraycopy(kept, 0, window, 0, keptTokens);
    size = keptTokens;
    returned = stableLength(text);
  }

  /** All but a last U+FFFD, which may be a character whose remaining bytes have yet to come. */
  private static int stableLength(String text) {
    int length = text.length();
    return length > 0 && text.charAt(length - 1) == REPLACEMENT ? length - 1 : length;
  }

  private void requireUnfinished() {
    if (finished) {
      throw new IllegalStateException("the answer has ended; use a new detokenizer for the next");
    }
  }
}
