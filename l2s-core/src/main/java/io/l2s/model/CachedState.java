package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.EngineException;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A running batch of a program that keeps keys and values. All rows write their keys and values at
 * one common column, which their relative positions allow; a row that joins later ignores the
 * columns before its own first. The cache starts small, doubles, moves to the front what is still
 * needed, and shrinks when rows leave.
 *
 * <p>The program has the methods {@code start}, {@code resize}, {@code append}, {@code reorder},
 * {@code decode_one}, {@code decode_many} and {@code verify}. Its state is a list of arrays that
 * begins with the keys and values of the answers {@code [2 layers, rows, heads, columns, width]}
 * and those of the prompts {@code [2 layers, rows, heads, length, width]}.
 */
public final class CachedState implements RewindableState {

  private static final int FIRST_CAPACITY = 64;

  // Positions in the state list, and dimensions of both arrays.
  private static final int ANSWERS = 0;
  private static final int PROMPTS = 1;
  private static final int ROWS = 1;
  private static final int POSITIONS = 3;

  private final NativeRuntime runtime;
  private final Program program;
  private NDManager scope;
  private List<NDArray> state;
  private List<Row> rows;
  private int column;
  private boolean awaitsChoice;

  /**
   * @param prompt identity of the prompt: rows of one prompt share its keys and values
   * @param length of the prompt
   * @param first column of the sequence's first token
   */
  private record Row(Object prompt, int length, int first, int token) {

    Row withToken(int next) {
      return new Row(prompt, length, first, next);
    }

    Row withFirst(int column) {
      return new Row(prompt, length, column, token);
    }
  }

  private CachedState(NativeRuntime runtime, Program program) {
    this.runtime = runtime;
    this.program = program;
    this.scope = runtime.newScope();
  }

  /**
   * Starts a batch that has decoded nothing yet.
   *
   * @param h what the program's {@code start} takes, {@code [batch, maxLength, width]}
   * @param mask 1 at the positions of each prompt, 0 beyond: {@code [batch, maxLength]}
   * @param startToken the first input of every row
   */
  public static CachedState start(
      NativeRuntime runtime,
      Program program,
      NDArray h,
      NDArray mask,
      int[] lengths,
      int startToken) {
    requireFinite(h, mask);
    CachedState started = new CachedState(runtime, program);
    try {
      started.state = program.tensors(started.scope, "start", h, mask, FIRST_CAPACITY);
      started.rows =
          Arrays.stream(lengths)
              .mapToObj(length -> new Row(new Object(), length, 0, startToken))
              .toList();
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  // Checked before they are lost: 8-bit products of what is not finite can be finite.
  private static void requireFinite(NDArray h, NDArray mask) {
    try (NDArray masked = h.mul(mask.expandDims(2));
        NDArray sum = masked.sum()) {
      if (!Float.isFinite(sum.getFloat())) {
        throw new EngineException(
            "what the decoder attends to is not finite; the checkpoint or its number format is"
                + " unfit, try precision f32",
            null);
      }
    }
  }

  @Override
  public int size() {
    return rows.size();
  }

  @Override
  public int[][] decodeMany(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1, but was " + steps);
    }
    requireChosen();
    makeRoom(steps);
    try (NDManager temporary = runtime.newScope()) {
      NDArray made =
          program.tensor(
              temporary,
              "decode_many",
              state,
              lastTokens(temporary),
              low(),
              column,
              longest(),
              steps);
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
    column += columns;
    setTokens(last);
    return taken;
  }

  @Override
  public NDArray decodeOne(NDManager target) {
    requireChosen();
    makeRoom(1);
    try (NDManager temporary = runtime.newScope()) {
      NDArray logits =
          program.tensor(
              target, "decode_one", state, lastTokens(temporary), low(), column, longest());
      column++;
      awaitsChoice = true;
      return logits;
    }
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
    setTokens(tokens);
  }

  @Override
  public NDArray verify(NDManager target, int[] draft) {
    requireAlone();
    requireChosen();
    if (draft.length == 0) {
      throw new IllegalArgumentException("draft must hold at least 1 token, but was empty");
    }
    makeRoom(draft.length + 1);
    int[] fed = new int[draft.length + 1];
    fed[0] = rows.get(0).token();
    System.arraycopy(draft, 0, fed, 1, draft.length);
    try (NDManager temporary = runtime.newScope()) {
      NDArray logits =
          program.tensor(target, "verify", state, index(temporary, fed), low(), column, longest());
      column += fed.length;
      awaitsChoice = true;
      return logits;
    }
  }

  @Override
  public void rewind(int tokens, int last) {
    requireAlone();
    if (tokens < 0 || tokens > column - low()) {
      throw new IllegalArgumentException(
          "tokens must be between 0 and " + (column - low()) + ", but was " + tokens);
    }
    column -= tokens;
    awaitsChoice = false;
    setTokens(new int[] {last});
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
    int[] moved = IntStream.range(0, kept.length).filter(row -> kept[row] != row).toArray();
    if (kept.length > rowCapacity()) {
      resize(kept.length, promptCapacity(), columnCapacity());
    }
    List<Row> next = Arrays.stream(kept).mapToObj(rows::get).toList();
    if (moved.length > 0) {
      boolean prompts =
          Arrays.stream(moved)
              .anyMatch(
                  row -> row >= rows.size() || next.get(row).prompt() != rows.get(row).prompt());
      try (NDManager temporary = runtime.newScope()) {
        NDArray to = index(temporary, moved);
        NDArray source = index(temporary, Arrays.stream(moved).map(row -> kept[row]).toArray());
        program.run("reorder", state, to, source, low(), column, prompts);
      }
    }
    rows = next;
    trim();
  }

  @Override
  public void append(DecoderState other) {
    try (CachedState fresh = (CachedState) other) {
      if (fresh.column != 0 || fresh.program != program) {
        throw new IllegalArgumentException("only a fresh state of the same decoder can join");
      }
      int wanted = size() + fresh.size();
      int length = Math.max(promptCapacity(), fresh.promptCapacity());
      if (wanted > rowCapacity() || length > promptCapacity()) {
        int room = wanted > rowCapacity() ? Math.max(wanted, 2 * rowCapacity()) : rowCapacity();
        resize(room, length, columnCapacity());
      }
      program.run("append", state, fresh.state, size(), column);
      List<Row> joined = new ArrayList<>(rows);
      fresh.rows.forEach(row -> joined.add(row.withFirst(column)));
      rows = List.copyOf(joined);
    }
  }

  /** Sees to it that the next {@code steps} columns are there. */
  private void makeRoom(int steps) {
    int capacity = columnCapacity();
    if (column + steps <= capacity) {
      return;
    }
    resize(rowCapacity(), promptCapacity(), roomFor(steps));
  }

  /** Columns for those in use and {@code steps} more. */
  private int roomFor(int steps) {
    int wanted = FIRST_CAPACITY;
    // Half of it must be free afterwards: then moving costs little for each token.
    while (column - low() + steps > wanted / 2) {
      wanted *= 2;
    }
    return wanted;
  }

  /** Gives memory back once the rows that are left need less than half of it. */
  private void trim() {
    int capacity = roomFor(1);
    if (size() > 0 && heldTokens() > 2L * size() * (longest() + capacity)) {
      resize(size(), longest(), capacity);
    }
  }

  /** Tokens of prompts and answers that there is memory for. */
  public long heldTokens() {
    return (long) rowCapacity() * (promptCapacity() + columnCapacity());
  }

  private void resize(int rowCapacity, int length, int capacity) {
    int low = low();
    replaceState("resize", size(), low, column, rowCapacity, length, capacity);
    rows = rows.stream().map(row -> row.withFirst(row.first() - low)).toList();
    column -= low;
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

  private int rowCapacity() {
    return capacity(ANSWERS, ROWS);
  }

  private int columnCapacity() {
    return capacity(ANSWERS, POSITIONS);
  }

  private int promptCapacity() {
    return capacity(PROMPTS, POSITIONS);
  }

  private int capacity(int tensor, int dimension) {
    return Math.toIntExact(state.get(tensor).getShape().get(dimension));
  }

  /** First column that any row needs. */
  private int low() {
    return rows.stream().mapToInt(Row::first).min().orElse(column);
  }

  private int longest() {
    return rows.stream().mapToInt(Row::length).max().orElse(0);
  }

  private void setTokens(int[] tokens) {
    rows = IntStream.range(0, size()).mapToObj(i -> rows.get(i).withToken(tokens[i])).toList();
  }

  private NDArray lastTokens(NDManager temporary) {
    return index(temporary, rows.stream().mapToInt(Row::token).toArray());
  }

  private NDArray index(NDManager temporary, int[] numbers) {
    long[] wide = Arrays.stream(numbers).asLongStream().toArray();
    NDArray array = temporary.create(wide, new Shape(wide.length));
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
