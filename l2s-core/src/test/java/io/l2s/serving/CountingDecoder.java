package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmDecoder;
import io.l2s.model.RewindableState;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import java.util.ArrayList;
import java.util.List;

/**
 * A real decoder, of an SLM or an LLM, whose open states are counted, and which may be made to
 * fail.
 */
final class CountingDecoder implements SlmDecoder, LlmDecoder {

  private final SlmDecoder slm;
  private final LlmDecoder llm;
  int openStates;
  int joins;
  final List<int[]> kept = new ArrayList<>();
  Runnable onDecode = () -> {};
  Runnable onVerify = () -> {};

  CountingDecoder(SlmDecoder slm) {
    this.slm = slm;
    this.llm = null;
  }

  CountingDecoder(LlmDecoder llm) {
    this.slm = null;
    this.llm = llm;
  }

  @Override
  public TokenEmbedder embeddings() {
    return slm.embeddings();
  }

  @Override
  public int vocabularySize() {
    return slm != null ? slm.vocabularySize() : llm.vocabularySize();
  }

  @Override
  public boolean rewindable() {
    return true;
  }

  @Override
  public DecoderState prefill(NDArray inputs, int[] lengths) {
    return counted(slm.prefill(inputs, lengths));
  }

  @Override
  public DecoderState prefill(NDArray h, TokenBatch prompts) {
    return counted(llm.prefill(h, prompts));
  }

  private DecoderState counted(DecoderState state) {
    openStates++;
    return new State(state.asRewindable().orElseThrow());
  }

  private final class State implements RewindableState {

    private final RewindableState state;
    private boolean closed;

    State(RewindableState state) {
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
      try (fresh) {
        state.append(fresh instanceof State other ? other.state : fresh);
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
