package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.EngineException;
import io.l2s.engine.FiniteNumbers;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A running batch of a program that keeps keys and values. All rows write their keys and values at
 * one common column, which their relative positions allow; a row that joins later ignores the
 * columns before its own first. The cache starts small, grows by a quarter, moves to the front what
 * is still needed, and shrinks when rows leave. It holds only that part of a prompt that the window
 * still reaches, where all layers have one.
 *
 * <p>The program has the methods {@code resize}, {@code append}, {@code reorder}, {@code
 * decode_one}, {@code decode_many} and {@code verify}; its state is the list in {@link
 * CacheArrays}.
 */
final class CachedState implements RewindableState {

  private final NativeRuntime runtime;
  private final Program program;
  private final ProgramInputs inputs;
  private final int window;
  private final CacheArrays arrays;
  private CacheRows rows = CacheRows.NONE;
  private int column;
  private boolean fresh = true;
  private boolean awaitsChoice;

  private CachedState(NativeRuntime runtime, Program program, int window) {
    this.runtime = runtime;
    this.program = program;
    this.inputs = new ProgramInputs(runtime, program);
    this.window = window;
    this.arrays = new CacheArrays(runtime, program);
  }

  /**
   * Starts a batch of an encoder-decoder that has decoded nothing yet. The program has a method
   * {@code start}.
   *
   * @param h what the decoder attends to, {@code [batch, maxLength, width]}
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
    CachedState started = new CachedState(runtime, program, Integer.MAX_VALUE);
    return started.starting(
        () -> {
          started.arrays.start(h, mask, CacheColumns.FIRST_CAPACITY);
          started.rows = CacheRows.besideColumns(lengths, startToken);
        });
  }

  /**
   * Starts a batch of a decoder-only model whose prompts' last vectors are still to be read. The
   * program has a method {@code start}.
   *
   * @param vectors input vectors of the prompts, {@code [batch, maxLength, width]}
   * @param lengths true prompt lengths
   * @param window positions before a query that any layer attends to, itself among them; {@link
   *     Integer#MAX_VALUE} where a layer attends to all
   */
  public static CachedState start(
      NativeRuntime runtime, Program program, NDArray vectors, int[] lengths, int window) {
    CachedState started = new CachedState(runtime, program, window);
    return started.starting(
        () -> {
          int longest = Arrays.stream(lengths).max().orElseThrow() - 1;
          int columns = Math.min(longest, CacheColumns.kept(window));
          try (NDManager temporary = runtime.newScope()) {
            NDArray sizes = started.inputs.numbers(temporary, lengths);
            requireFinite(vectors, started.inputs.mask(temporary, lengths, longest + 1));
            started.arrays.start(vectors, sizes, columns, CacheColumns.capacityFor(columns + 1));
          }
          started.column = columns;
          started.rows = CacheRows.inColumns(lengths, columns);
        });
  }

  private CachedState starting(Runnable work) {
    try {
      work.run();
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  // 8-bit products turn non-finite inputs into finite numbers, so inputs are checked first.
  private static void requireFinite(NDArray h, NDArray mask) {
    try (NDArray masked = h.mul(mask.expandDims(2))) {
      if (!FiniteNumbers.areAll(masked)) {
        throw new EngineException(
            FiniteNumbers.problem("what the decoder reads is not finite"), null);
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
              arrays.all(),
              inputs.numbers(temporary, rows.nextTokens()),
              firstColumns(temporary),
              rows.haveVectors(),
              columns().low(),
              column,
              rows.longestPrompt(),
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
    fed(columns);
    rows = rows.withNext(last);
    return taken;
  }

  private void fed(int columns) {
    column += columns;
    fresh = false;
  }

  @Override
  public NDArray decodeOne(NDManager target) {
    requireChosen();
    return scored(target, "decode_one", rows.nextTokens());
  }

  /**
   * @param tokens what the method reads: one token a row, or several of a single row
   */
  private NDArray scored(NDManager target, String method, int[] tokens) {
    int columns = tokens.length / size();
    makeRoom(columns);
    try (NDManager temporary = runtime.newScope()) {
      NDArray logits =
          program.tensor(
              target,
              method,
              arrays.all(),
              inputs.numbers(temporary, tokens),
              firstColumns(temporary),
              rows.haveVectors(),
              columns().low(),
              column,
              rows.longestPrompt());
      fed(columns);
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
    rows = rows.withNext(tokens);
  }

  @Override
  public NDArray verify(NDManager target, int[] draft) {
    requireAlone();
    requireChosen();
    if (draft.length == 0) {
      throw new IllegalArgumentException("draft must hold at least 1 token, but was empty");
    }
    int[] tokens = new int[draft.length + 1];
    tokens[0] = rows.get(0).next();
    System.arraycopy(draft, 0, tokens, 1, draft.length);
    return scored(target, "verify", tokens);
  }

  @Override
  public void rewind(int tokens, int last) {
    requireAlone();
    int most = Math.min(column - rows.get(0).answer(), columns().rewindable());
    if (tokens < 0 || tokens > most) {
      throw new IllegalArgumentException(
          "tokens must be between 0 and " + most + ", but was " + tokens);
    }
    column -= tokens;
    awaitsChoice = false;
    rows = rows.withNext(new int[] {last});
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
    if (kept.length > arrays.rowCapacity()) {
      resize(kept.length, arrays.promptCapacity(), arrays.columnCapacity(), 0);
    }
    CacheRows next = rows.picked(kept);
    int[] moved = IntStream.range(0, kept.length).filter(row -> kept[row] != row).toArray();
    if (moved.length > 0) {
      copyRows(kept, moved, next);
    }
    rows = next;
    trim();
  }

  private void copyRows(int[] kept, int[] moved, CacheRows next) {
    boolean prompts = next.changePrompts(rows, moved);
    int firstKept = columns().firstKept();
    // Rows of one prompt have the same columns up to where their answers begin.
    int from = prompts ? firstKept : Math.max(firstKept, next.firstAnswer(moved));
    try (NDManager temporary = runtime.newScope()) {
      NDArray to = inputs.numbers(temporary, moved);
      int[] sources = Arrays.stream(moved).map(row -> kept[row]).toArray();
      NDArray source = inputs.numbers(temporary, sources);
      program.run("reorder", arrays.all(), to, source, from, column, prompts);
    }
  }

  @Override
  public void append(DecoderState other) {
    try (other) {
      if (!(other instanceof CachedState joining) || !joining.fresh || joining.program != program) {
        throw new IllegalArgumentException(
            "append takes a fresh state of the same decoder, but got "
                + (other instanceof CachedState own && own.program == program
                    ? "one that has decoded"
                    : "another decoder's"));
      }
      requireChosen();
      int wanted = size() + joining.size();
      int length = Math.max(arrays.promptCapacity(), joining.arrays.promptCapacity());
      int columns = Math.max(columns().kept(), joining.column);
      if (wanted > arrays.rowCapacity()
          || length > arrays.promptCapacity()
          || joining.column > column) {
        int room =
            wanted > arrays.rowCapacity() ? CacheColumns.rowsFor(wanted) : arrays.rowCapacity();
        // The columns of the prompts that join end where the present rows write next.
        int shift = columns - columns().kept();
        resize(
            room,
            length,
            Math.max(arrays.columnCapacity(), CacheColumns.capacityFor(columns + 1)),
            shift);
      }
      program.run("append", arrays.all(), joining.arrays.all(), size(), column, joining.column);
      rows = rows.and(joining.rows.moved(column - joining.column));
    }
  }

  /** Sees to it that the next {@code steps} columns are there. */
  private void makeRoom(int steps) {
    if (column + steps > arrays.columnCapacity()) {
      resize(arrays.rowCapacity(), arrays.promptCapacity(), columns().capacityWith(steps), 0);
    }
  }

  /** Gives memory back once the rows that are left need less than half of it. */
  private void trim() {
    CacheColumns columns = columns();
    if (columns.isWasteful(heldTokens(), size(), rows.longestPrompt())) {
      resize(size(), rows.longestPrompt(), columns.capacityWith(1), 0);
    }
  }

  /** Tokens of prompts and answers that there is memory for. */
  public long heldTokens() {
    return arrays.heldTokens();
  }

  /**
   * @param to column to which the first one that is still needed moves
   */
  private void resize(int rowCapacity, int length, int capacity, int to) {
    int low = columns().firstKept();
    arrays.resize(size(), low, column, to, rowCapacity, length, capacity);
    rows = rows.moved(to - low);
    column += to - low;
  }

  private CacheColumns columns() {
    return new CacheColumns(rows.first(column), column, window);
  }

  private NDArray firstColumns(NDManager temporary) {
    return inputs.numbers(temporary, rows.firsts());
  }

  @Override
  public void close() {
    arrays.close();
  }
}
