package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.EngineException;
import io.l2s.engine.FiniteNumbers;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The keys and values of a running batch. All rows write theirs at one common column, which their
 * relative positions allow; a row that joins later ignores the columns before its own first. The
 * cache starts small, grows by a quarter, moves to the front what is still needed, and shrinks when
 * rows leave. It holds only that part of a prompt that the window still reaches, where all layers
 * have one. Native thread only.
 *
 * <p>The program has the methods {@code start}, {@code resize}, {@code append} and {@code reorder};
 * its state is the list in {@link CacheArrays}.
 */
final class KeyValueCache implements AutoCloseable {

  private final NativeRuntime runtime;
  private final Program program;
  private final ProgramInputs inputs;
  private final int window;
  private final CacheArrays arrays;
  private CacheRows rows = CacheRows.NONE;
  private int column;

  private KeyValueCache(NativeRuntime runtime, Program program, int window) {
    this.runtime = runtime;
    this.program = program;
    this.inputs = new ProgramInputs(runtime, program);
    this.window = window;
    this.arrays = new CacheArrays(runtime, program);
  }

  /**
   * That of prompts which lie beside the columns, as an encoder-decoder has them.
   *
   * @param h what the decoder attends to, {@code [batch, maxLength, width]}
   * @param mask 1 at the positions of each prompt, 0 beyond: {@code [batch, maxLength]}
   * @param startToken the first input of every row
   */
  static KeyValueCache besideColumns(
      NativeRuntime runtime,
      Program program,
      NDArray h,
      NDArray mask,
      int[] lengths,
      int startToken) {
    requireFinite(h, mask);
    KeyValueCache cache = new KeyValueCache(runtime, program, Integer.MAX_VALUE);
    return cache.filled(
        () -> {
          cache.arrays.start(h, mask, CacheColumns.FIRST_CAPACITY);
          cache.rows = CacheRows.besideColumns(lengths, startToken);
        });
  }

  /**
   * That of prompts which lie in the columns, as a decoder-only model has them; their last vectors
   * are still to be read.
   *
   * @param vectors input vectors of the prompts, {@code [batch, maxLength, width]}
   * @param lengths true prompt lengths
   * @param window positions before a query that any layer attends to, itself among them; {@link
   *     Integer#MAX_VALUE} where a layer attends to all
   */
  static KeyValueCache inColumns(
      NativeRuntime runtime, Program program, NDArray vectors, int[] lengths, int window) {
    KeyValueCache cache = new KeyValueCache(runtime, program, window);
    return cache.filled(
        () -> {
          int longest = Arrays.stream(lengths).max().orElseThrow() - 1;
          int columns = Math.min(longest, CacheColumns.kept(window));
          try (NDManager temporary = runtime.newScope()) {
            NDArray sizes = cache.inputs.numbers(temporary, lengths);
            requireFinite(vectors, cache.inputs.mask(temporary, lengths, longest + 1));
            cache.arrays.start(vectors, sizes, columns, CacheColumns.capacityFor(columns + 1));
          }
          cache.column = columns;
          cache.rows = CacheRows.inColumns(lengths, columns);
        });
  }

  private KeyValueCache filled(Runnable work) {
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

  int size() {
    return rows.size();
  }

  /** The token that each row is fed next. */
  int[] nextTokens() {
    return rows.nextTokens();
  }

  /**
   * Lets the program feed all rows.
   *
   * @param method of the program
   * @param tokens what the method reads first: one token a row, or several of a single row
   * @param columns that it may write
   * @param more arguments behind the common ones
   */
  NDArray feed(NDManager scope, String method, int[] tokens, int columns, Object... more) {
    makeRoom(columns);
    try (NDManager temporary = runtime.newScope()) {
      Object[] common = {
        arrays.all(),
        inputs.numbers(temporary, tokens),
        inputs.numbers(temporary, rows.firsts()),
        rows.haveVectors(),
        columns().low(),
        column,
        rows.longestPrompt()
      };
      Object[] arguments = Arrays.copyOf(common, common.length + more.length);
      System.arraycopy(more, 0, arguments, common.length, more.length);
      return program.tensor(scope, method, arguments);
    }
  }

  /** Counts the columns that the rows were fed. */
  void advance(int columns) {
    column += columns;
  }

  /** Sets the token that each row is fed next. */
  void feedNext(int[] tokens) {
    rows = rows.withNext(tokens);
  }

  /** Tokens that the only row can take back at a time. */
  int mostTakenBack() {
    return Math.min(column - rows.get(0).answer(), columns().mostTakenBack());
  }

  /** Takes back the columns that the only row was fed last. */
  void rewind(int columns) {
    column -= columns;
  }

  /** Keeps the given rows in the given order; a row may be named more than once. */
  void reorder(int[] kept) {
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

  /** Whether both are of one loaded model. */
  boolean isOfSameProgram(KeyValueCache other) {
    return program == other.program;
  }

  /** Takes a copy of the rows of {@code fresh}, which has decoded nothing, behind its own. */
  void append(KeyValueCache fresh) {
    int wanted = size() + fresh.size();
    int length = Math.max(arrays.promptCapacity(), fresh.arrays.promptCapacity());
    int columns = Math.max(columns().kept(), fresh.column);
    if (wanted > arrays.rowCapacity()
        || length > arrays.promptCapacity()
        || fresh.column > column) {
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
    program.run(
        "append", arrays.all(), fresh.arrays.all(), size(), fresh.size(), column, fresh.column);
    rows = rows.and(fresh.rows.moved(column - fresh.column));
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
  long heldTokens() {
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

  @Override
  public void close() {
    arrays.close();
  }
}
