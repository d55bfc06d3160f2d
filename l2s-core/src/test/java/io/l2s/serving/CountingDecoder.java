package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.model.Decoder;
import io.l2s.model.DecoderState;
import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.List;

/** A real decoder whose open states are counted, and which may be made to fail. */
final class CountingDecoder implements Decoder {

  private final Decoder delegate;
  int openStates;
  int joins;
  final List<int[]> kept = new ArrayList<>();
  Runnable onDecode = () -> {};
  Runnable onVerify = () -> {};

  CountingDecoder(Decoder delegate) {
    this.delegate = delegate;
  }

  @Override
  public int width() {
    return delegate.width();
  }

  @Override
  public int vocabularySize() {
    return delegate.vocabularySize();
  }

  @Override
  public NDArray embed(NDManager scope, TokenBatch prompts) {
    return delegate.embed(scope, prompts);
  }

  @Override
  public DecoderState prefill(NDArray inputs, int[] lengths) {
    DecoderState state = delegate.prefill(inputs, lengths);
    openStates++;
    return new State(state);
  }

  private final class State implements DecoderState {

    private final DecoderState state;
    private boolean closed;

    State(DecoderState state) {
      this.state = state;
    }

    @Override
    public int size() {
      return state.size();
    }

    @Override
    public int[][] decodeMany(int steps) {
      onDecode.run();
      return state.decodeMany(steps);
    }

    @Override
    public NDArray decodeOne(NDManager scope) {
      return state.decodeOne(scope);
    }

    @Override
    public void choose(int[] tokens) {
      state.choose(tokens);
    }

    @Override
    public NDArray verify(NDManager scope, int[] draft) {
      onVerify.run();
      return state.verify(scope, draft);
    }

    @Override
    public void rewind(int tokens, int last) {
      state.rewind(tokens, last);
    }

    @Override
    public void reorder(int[] rows) {
      kept.add(rows);
      state.reorder(rows);
    }

    @Override
    public void append(DecoderState fresh) {
      joins++;
      try (State other = (State) fresh) {
        state.append(other.state);
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        openStates--;
      }
      state.close();
    }
  }
}
