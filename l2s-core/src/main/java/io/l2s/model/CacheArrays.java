package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import java.util.List;

/**
 * The native memory of a running batch: a program's list of arrays and the room in them.
 *
 * <p>The list begins with the keys and values that rows write {@code [2 layers, rows, heads,
 * columns, width]} and those of the prompts that a decoder attends to besides {@code [2 layers,
 * rows, heads, length, width]}, of no layers where the model is decoder-only: its prompts lie in
 * the columns before the answers.
 */
final class CacheArrays implements AutoCloseable {

  // Positions in the list, and dimensions of both arrays.
  private static final int SELF = 0;
  private static final int CROSS = 1;
  private static final int ROWS = 1;
  private static final int POSITIONS = 3;

  private final NativeRuntime runtime;
  private final Program program;
  private NDManager scope;
  private List<NDArray> arrays = List.of();

  /** Without arrays until {@link #start}. */
  CacheArrays(NativeRuntime runtime, Program program) {
    this.runtime = runtime;
    this.program = program;
    this.scope = runtime.newScope();
  }

  /** Makes the arrays by the program's method {@code start}. */
  void start(Object... arguments) {
    arrays = program.tensors(scope, "start", arguments);
  }

  /** The arrays, until the next {@link #resize}. */
  List<NDArray> all() {
    return arrays;
  }

  /**
   * Makes arrays of another size by the program's method {@code resize} and frees the former ones.
   *
   * @param rows rows to keep
   * @param low first column to keep
   * @param end column behind the last one to keep
   * @param to column to which {@code low} moves
   */
  void resize(
      int rows, int low, int end, int to, int rowCapacity, int promptCapacity, int columnCapacity) {
    NDManager next = runtime.newScope();
    try {
      arrays =
          program.tensors(
              next,
              "resize",
              arrays,
              rows,
              low,
              end,
              to,
              rowCapacity,
              promptCapacity,
              columnCapacity);
    } catch (RuntimeException e) {
      next.close();
      throw e;
    }
    scope.close();
    scope = next;
  }

  int rowCapacity() {
    return capacity(SELF, ROWS);
  }

  int columnCapacity() {
    return capacity(SELF, POSITIONS);
  }

  int promptCapacity() {
    return capacity(CROSS, POSITIONS);
  }

  private int capacity(int array, int dimension) {
    return Math.toIntExact(arrays.get(array).getShape().get(dimension));
  }

  /** Tokens of prompts and answers that there is memory for. */
  long heldTokens() {
    return (long) rowCapacity() * (promptCapacity() + columnCapacity());
  }

  @Override
  public void close() {
    scope.close();
  }
}
