package io.l2s.model.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import io.l2s.model.DecoderState;
import java.util.Arrays;
import java.util.List;

/** A running T5 batch. The cache starts small and doubles, so that short answers stay cheap. */
final class T5DecoderState implements DecoderState {

  private static final int FIRST_CAPACITY = 64;

  private final NativeRuntime runtime;
  private final Program program;
  private final int maxNewTokens;
  private NDManager scope;
  private List<NDArray> state;
  private long[] tokens;
  private int position;
  private int capacity;

  private T5DecoderState(NativeRuntime runtime, Program program, int maxNewTokens) {
    this.runtime = runtime;
    this.program = program;
    this.maxNewTokens = maxNewTokens;
    this.capacity = Math.min(maxNewTokens, FIRST_CAPACITY);
    this.scope = runtime.newScope();
  }

  static T5DecoderState start(
      NativeRuntime runtime,
      Program program,
      NDArray h,
      NDArray mask,
      int startToken,
      int maxNewTokens) {
    T5DecoderState started = new T5DecoderState(runtime, program, maxNewTokens);
    try {
      started.state = program.tensors(started.scope, "start", h, mask, started.capacity);
      started.tokens = new long[Math.toIntExact(h.getShape().get(0))];
      Arrays.fill(started.tokens, startToken);
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  @Override
  public int size() {
    return tokens.length;
  }

  @Override
  public int[][] decode(int steps) {
    if (steps < 1 || position + steps > maxNewTokens) {
      throw new IllegalArgumentException(
          "steps must be between 1 and " + (maxNewTokens - position) + ", but was " + steps);
    }
    if (position + steps > capacity) {
      int wanted = Math.min(maxNewTokens, Math.max(2 * capacity, position + steps));
      replaceState("grow", position, wanted);
      capacity = wanted;
    }
    try (NDManager temporary = runtime.newScope()) {
      NDArray last = onDevice(temporary, temporary.create(tokens));
      NDArray made = program.tensor(temporary, "decode", state, last, position, steps);
      return taken(made.toLongArray(), Math.toIntExact(made.getShape().get(1)));
    }
  }

  private int[][] taken(long[] made, int columns) {
    int[][] rows = new int[tokens.length][columns];
    for (int row = 0; row < tokens.length; row++) {
      for (int column = 0; column < columns; column++) {
        rows[row][column] = (int) made[row * columns + column];
      }
      tokens[row] = rows[row][columns - 1];
    }
    position += columns;
    return rows;
  }

  @Override
  public void keep(int[] rows) {
    try (NDManager temporary = runtime.newScope()) {
      long[] index = Arrays.stream(rows).asLongStream().toArray();
      replaceState("keep", onDevice(temporary, temporary.create(index, new Shape(index.length))));
    }
    tokens = Arrays.stream(rows).mapToLong(row -> tokens[row]).toArray();
  }

  private void replaceState(String method, Object... arguments) {
    NDManager next = runtime.newScope();
    try {
      Object[] all = new Object[arguments.length + 1];
      all[0] = state;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      state = program.tensors(next, method, all);
    } catch (RuntimeException e) {
      next.close();
      throw e;
    }
    scope.close();
    scope = next;
  }

  private NDArray onDevice(NDManager temporary, NDArray array) {
    if (program.device().isGpu()) {
      NDArray moved = array.toDevice(program.device(), true);
      moved.attach(temporary);
      return moved;
    }
    return array;
  }

  @Override
  public void close() {
    scope.close();
  }
}
