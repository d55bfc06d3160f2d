package io.l2s.decoding;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.l2s.engine.Program;
import io.l2s.model.DecoderState;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Makes one step for several searches that share a running batch. One native call gets the scores,
 * another edits them and selects the best tokens of each row. Native thread only.
 */
public final class TokenSelector implements AutoCloseable {

  private static final int FEW_CANDIDATES = 256;

  private final Supplier<NDManager> scopes;
  private final Map<Device, Program> programs = new LinkedHashMap<>();

  /**
   * @param scopes makes scopes for arrays
   */
  public TokenSelector(Supplier<NDManager> scopes) {
    this.scopes = scopes;
  }

  /** A scope for the arrays of one decode call. */
  NDManager newScope() {
    return scopes.get();
  }

  /**
   * Lets every search choose the next tokens of its rows.
   *
   * @param searches in the order of their rows, which are all rows of {@code state}
   */
  public void step(DecoderState state, List<Search> searches) {
    try (NDManager scope = scopes.get()) {
      NDArray logits = state.decodeOne(scope); // [rows, vocabulary]
      TopTokens top = select(scope, logits, searches);
      int[] parents = new int[state.size()];
      int[] tokens = new int[state.size()];
      int row = 0;
      for (Search search : searches) {
        Search.Choice choice = choice(scope, logits, top, search, row);
        for (int i = 0; i < search.rows(); i++) {
          parents[row + i] = row + choice.parents()[i];
          tokens[row + i] = choice.tokens()[i];
        }
        row += search.rows();
      }
      state.reorder(parents);
      state.choose(tokens);
    }
  }

  /**
   * The choice of {@code search}, from more candidates where those of {@code top} do not suffice.
   *
   * @param logits {@code [rows, vocabulary]}
   * @param row its first row
   */
  Search.Choice choice(NDManager scope, NDArray logits, TopTokens top, Search search, int row) {
    Optional<Search.Choice> choice = search.choose(top, row);
    while (choice.isEmpty()) {
      NDArray own = logits.get(new NDIndex(row + ":" + (row + search.rows())));
      choice = search.choose(select(scope, own, List.of(search)), 0);
    }
    return choice.get();
  }

  /**
   * The best tokens of each row after the searches' edits.
   *
   * @param logits {@code [rows, vocabulary]}
   */
  TopTokens select(NDManager scope, NDArray logits, List<Search> searches) {
    TopTokens top = TopTokens.room(Math.toIntExact(logits.getShape().get(0)));
    // A search that wants many candidates must not make the others sort and fetch as many.
    select(scope, logits, searches, search -> search.candidates() <= FEW_CANDIDATES, top);
    select(scope, logits, searches, search -> search.candidates() > FEW_CANDIDATES, top);
    return top;
  }

  private void select(
      NDManager scope,
      NDArray logits,
      List<Search> searches,
      Predicate<Search> member,
      TopTokens target) {
    int all = Math.toIntExact(logits.getShape().get(0));
    int vocabulary = Math.toIntExact(logits.getShape().get(1));
    LogitEdits edits = new LogitEdits();
    long[] rows = new long[all];
    float[] normalized = new float[all];
    int candidates = 1;
    int taken = 0;
    int row = 0;
    for (Search search : searches) {
      if (member.test(search)) {
        search.edit(edits, taken);
        candidates = Math.max(candidates, search.candidates());
        for (int i = 0; i < search.rows(); i++) {
          normalized[taken] = search.normalized() ? 1 : 0;
          rows[taken] = row + i;
          taken++;
        }
      }
      row += search.rows();
    }
    if (taken == 0) {
      return;
    }
    rows = Arrays.copyOf(rows, taken);
    Device device = logits.getDevice();
    List<NDArray> best =
        program(device)
            .tensors(
                scope,
                "select_top",
                logits,
                onDevice(scope.create(rows), device),
                onDevice(
                    scope.create(Arrays.copyOf(normalized, taken), new Shape(taken, 1)), device),
                onDevice(scope.create(edits.rows(), new Shape(edits.size())), device),
                onDevice(scope.create(edits.ids(), new Shape(edits.size())), device),
                onDevice(scope.create(edits.factors(), new Shape(edits.size())), device),
                onDevice(scope.create(edits.amounts(), new Shape(edits.size())), device),
                Math.min(candidates, vocabulary));
    target.put(
        rows,
        best.get(0).toFloatArray(),
        best.get(1).toLongArray(),
        best.get(2).toFloatArray(),
        best.get(3).toFloatArray());
  }

  private static NDArray onDevice(NDArray array, Device device) {
    return array.toDevice(device, false);
  }

  private Program program(Device device) {
    return programs.computeIfAbsent(
        device,
        missing ->
            Program.load(
                TokenSelector.class, "token_selector.py", Map.of("training", false), missing));
  }

  @Override
  public void close() {
    programs.values().forEach(Program::close);
    programs.clear();
  }
}
