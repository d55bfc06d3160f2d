package io.l2s.autoconfigure.resilience;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.model.DecoderState;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenEmbedder;
import java.util.concurrent.atomic.AtomicInteger;

/** An SLM that fails when a test says so; thread-safe. */
final class FaultyDecoder implements SlmDecoder {

  /** When it fails. */
  enum Fault {
    NEVER,
    AT_PREFILL,
    /** As a GPU fails that is lost to the process. */
    GPU_LOST,
    /** The same for one request, as by a part that the application moves. */
    GPU_LOST_ONCE,
    /** After the first call of decoding, so that text has been sent. */
    WHILE_DECODING
  }

  final AtomicInteger prefills = new AtomicInteger();
  volatile Fault fault = Fault.NEVER;
  private final SlmDecoder delegate;

  FaultyDecoder(SlmDecoder delegate) {
    this.delegate = delegate;
  }

  @Override
  public int vocabularySize() {
    return delegate.vocabularySize();
  }

  @Override
  public TokenEmbedder embeddings() {
    return delegate.embeddings();
  }

  @Override
  public DecoderState prefill(NDArray inputs, int[] lengths) {
    prefills.incrementAndGet();
    if (fault == Fault.AT_PREFILL) {
      throw new IllegalStateException("out of order");
    }
    if (fault == Fault.GPU_LOST || fault == Fault.GPU_LOST_ONCE) {
      fault = fault == Fault.GPU_LOST_ONCE ? Fault.NEVER : fault;
      throw new IllegalStateException("CUDA error: an illegal memory access was encountered");
    }
    return new FaultyState(delegate.prefill(inputs, lengths));
  }

  @Override
  public void close() {
    delegate.close();
  }

  private final class FaultyState implements DecoderState {

    private final DecoderState state;
    private int calls;

    FaultyState(DecoderState state) {
      this.state = state;
    }

    @Override
    public int size() {
      return state.size();
    }

    @Override
    public int[][] decodeMany(int steps) {
      if (fault == Fault.WHILE_DECODING && calls++ > 0) {
        throw new IllegalStateException("injected while decoding");
      }
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
    public void reorder(int[] rows) {
      state.reorder(rows);
    }

    @Override
    public void append(DecoderState fresh) {
      state.append(((FaultyState) fresh).state);
    }

    @Override
    public void close() {
      state.close();
    }
  }
}
