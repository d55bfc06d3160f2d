package io.l2s.decoding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.l2s.model.DecoderState;
import io.l2s.model.RewindableState;
import java.util.Arrays;

/**
 * A model's state as one over as many ids as another model of the same vocabulary scores. Models of
 * one tokenizer may have embedding tables of different sizes; rows beyond the tokenizer's last id
 * stand for no token. Ids that the model does not know reach it as id 0, and those that the other
 * does not know are not made. That is enough for drafts. Native thread only.
 */
public final class ResizedState implements RewindableState {

  private final RewindableState state;
  private final int own;
  private final int wanted;

  private ResizedState(RewindableState state, int own, int wanted) {
    this.state = state;
    this.own = own;
    this.wanted = wanted;
  }

  /**
   * {@code state} over {@code wanted} ids; itself where these are its own. Closing closes it.
   *
   * @param own number of ids that {@code state} scores
   */
  public static RewindableState of(RewindableState state, int own, int wanted) {
    return own == wanted ? state : new ResizedState(state, own, wanted);
  }

  @Override
  public int size() {
    return state.size();
  }

  @Override
  public int[][] decodeMany(int steps) {
    int[][] made = state.decodeMany(steps);
    return Arrays.stream(made)
        .map(row -> Arrays.stream(row).map(id -> id < wanted ? id : NOT_FINITE).toArray())
        .toArray(int[][]::new);
  }

  @Override
  public NDArray decodeOne(NDManager scope) {
    return resized(scope, state.decodeOne(scope));
  }

  @Override
  public void choose(int[] tokens) {
    state.choose(known(tokens));
  }

  @Override
  public NDArray verify(NDManager scope, int[] draft) {
    return resized(scope, state.verify(scope, known(draft)));
  }

  @Override
  public void rewind(int tokens, int last) {
    state.rewind(tokens, last < own ? last : 0);
  }

  @Override
  public void reorder(int[] rows) {
    state.reorder(rows);
  }

  @Override
  public void append(DecoderState fresh) {
    state.append(fresh instanceof ResizedState other ? other.state : fresh);
  }

  private int[] known(int[] tokens) {
    return Arrays.stream(tokens).map(id -> id < own ? id : 0).toArray();
  }

  // logits: [rows, own] -> [rows, wanted]
  private NDArray resized(NDManager scope, NDArray logits) {
    if (wanted < own) {
      return logits.get(new NDIndex(":, :" + wanted));
    }
    Shape missing = new Shape(logits.getShape().get(0), wanted - own);
    NDArray never = scope.full(missing, Float.NEGATIVE_INFINITY);
    return logits.concat(never.toDevice(logits.getDevice(), false), 1);
  }

  @Override
  public void close() {
    state.close();
  }
}
