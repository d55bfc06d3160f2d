package io.l2s.decoding;

import ai.djl.ndarray.NDManager;
import io.l2s.Fixture;
import io.l2s.Precision;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.DecoderState;
import io.l2s.model.RewindableStateContract;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A state whose padding ids are cut off. */
class ResizedStateContractTest extends RewindableStateContract {

  /** Above every id that has a token. */
  private static final int WANTED = 702;

  private static SlmDecoder slm;

  @BeforeAll
  static void load() {
    ModelLoader loader = new ModelLoader(runtime, () -> 0);
    slm =
        loader.loadSlm(
            Fixture.path("t5-relu"), new ComponentOptions(DeviceSpec.CPU, Precision.F32));
  }

  @AfterAll
  static void close() {
    slm.close();
  }

  @Override
  protected DecoderState prefill(NDManager scope, TokenBatch prompts) {
    DecoderState state = slm.prefill(slm.embeddings().embed(scope, prompts), prompts.lengths());
    return ResizedState.of(state.asRewindable().orElseThrow(), slm.vocabularySize(), WANTED);
  }

  @Override
  protected int vocabularySize() {
    return WANTED;
  }

  @Override
  protected int endOfSequence() {
    return 1;
  }
}
