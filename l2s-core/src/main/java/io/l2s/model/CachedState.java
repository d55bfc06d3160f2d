package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.engine.NativeRuntime;
import java.util.Arrays;
import java.util.Objects;

/**
 * A running batch of a program that keeps keys and values. The program has the methods {@code
 * decode_one}, {@code decode_many} and {@code verify}, besides those that {@link KeyValueCache}
 * calls.
 */
final class CachedState implements RewindableState {

  private final NativeRuntime runtime;
  private final KeyValueCache cache;
  private boolean fresh = true;
  private boolean awaitsChoice;

  /**
   * A batch that has decoded nothing yet.
   *
   * @param cache of its prompts; the state owns it
   */
  CachedState(NativeRuntime runtime, KeyValueCache cache) {
    this.runtime = runtime;
    this.cache = cache;
  }

  @Override
  public int size() {
    return cache.size();
  }

  @Override
  public int[][] decodeMany(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1, but was " + steps);
    }
    requireChosen();
    try (NDManager temporary = runtime.newScope()) {
      NDArray made = cache.feed(temporary, "decode_many", cache.nextTokens(), steps, steps);
      return taken(made.toLongArray(), Math.toIntExact(made.getShape().get(1)));
    }
  }

  private int[][] taken(long[] made, int columns) {
    int[][] taken = new int[size()][columns];
    int[] last = new int[size()];
    for (int row = 0; row < size(); row++) {
      for (int i = 0; i < columns; i++) {
        taken[row][i] = (int) made[row * columns + i];
      }
      last[row] = taken[row][columns - 1];
    }
    fed(columns);
    cache.feedNext(last);
    return taken;
  }

  private void fed(int columns) {
    cache.advance(columns);
    fresh = false;
  }

  @Override
  public NDArray decodeOne(NDManager target) {
    requireChosen();
    return scored(target, "decode_one", cache.nextTokens());
  }

  /**
   * @param tokens what the method reads: one token a row, or several of a single row
   */
  private NDArray scored(NDManager target, String method, int[] tokens) {
    int columns = tokens.length / size();
    NDArray logits = cache.feed(target, method, tokens, columns);
    fed(columns);
    awaitsChoice = true;
    return logits;
  }

  @Override
  public void choose(int[] tokens) {
    if (!awaitsChoice || tokens.length != size()) {
      throw new IllegalStateException(
          "choose takes one token a row after a step, but got "
              + tokens.length
              + " tokens for "
              + size()
              + " rows");
    }
    awaitsChoice = false;
    cache.feedNext(tokens);
  }

  @Override
  public NDArray verify(NDManager target, int[] draft) {
    requireAlone();
    requireChosen();
    if (draft.length == 0) {
      throw new IllegalArgumentException("draft must hold at least 1 token, but was empty");
    }
    int[] tokens = new int[draft.length + 1];
    tokens[0] = cache.nextTokens()[0];
    System.arraycopy(draft, 0, tokens, 1, draft.length);
    return scored(target, "verify", tokens);
  }

  @Override
  public void rewind(int tokens, int last) {
    requireAlone();
    int most = cache.mostTakenBack();
    if (tokens < 0 || tokens > most) {
      throw new IllegalArgumentException(
          "tokens must be between 0 and " + most + ", but was " + tokens);
    }
    cache.rewind(tokens);
    awaitsChoice = false;
    cache.feedNext(new int[] {last});
  }

  private void requireAlone() {
    if (size() != 1) {
      throw new IllegalStateException(
          "verify and rewind take a state of one sequence, but it has " + size());
    }
  }

  private void requireChosen() {
    if (awaitsChoice) {
      throw new IllegalStateException("the last step's tokens have not been chosen");
    }
  }

  @Override
  public void reorder(int[] kept) {
    if (kept.length == 0) {
      throw new IllegalArgumentException("rows must name at least 1 row, but was empty");
    }
    Arrays.stream(kept).forEach(row -> Objects.checkIndex(row, size()));
    cache.reorder(kept);
  }

  @Override
  public void append(DecoderState other) {
    try (other) {
      boolean same = other instanceof CachedState own && own.cache.isOfSameProgram(cache);
      if (!(other instanceof CachedState joining) || !same || !joining.fresh) {
        throw new IllegalArgumentException(
            "append takes a fresh state of the same decoder, but got "
                + (same ? "one that has decoded" : "another decoder's"));
      }
      requireChosen();
      cache.append(joining.cache);
    }
  }

  /** Tokens of prompts and answers that there is memory for. */
  long heldTokens() {
    return cache.heldTokens();
  }

  @Override
  public void close() {
    cache.close();
  }
}
