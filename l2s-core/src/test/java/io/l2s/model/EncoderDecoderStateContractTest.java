package io.l2s.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Fixture;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.bart.BartFamily;
import io.l2s.model.t5.T5Family;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/** States of encoder-decoders keep the contract, whatever their positions. */
class EncoderDecoderStateContractTest {

  @Nested
  class RelativePositions extends States {
    RelativePositions() {
      super("t5-relu", new T5Family(), 1);
    }
  }

  @Nested
  class LearnedPositions extends States {
    LearnedPositions() {
      super("bart", new BartFamily(), 2);
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class States extends RewindableStateContract {

    private final String name;
    private final EncoderDecoderFamily family;
    private final int endOfSequence;
    private LlmEncoder llm;

    States(String name, EncoderDecoderFamily family, int endOfSequence) {
      this.name = name;
      this.family = family;
      this.endOfSequence = endOfSequence;
    }

    @BeforeAll
    void load() {
      Checkpoint checkpoint = Checkpoint.open(Fixture.path(name));
      llm = family.load(new Loading(runtime, checkpoint, Device.cpu(), Precision.F32)).asLlm();
    }

    @AfterAll
    void close() {
      llm.close();
    }

    @Override
    protected DecoderState prefill(NDManager scope, TokenBatch prompts) {
      NDArray h = llm.encode(scope, prompts);
      return llm.decoder().orElseThrow().prefill(h, prompts);
    }

    @Override
    protected int vocabularySize() {
      return llm.decoder().orElseThrow().vocabularySize();
    }

    @Override
    protected int endOfSequence() {
      return endOfSequence;
    }
  }
}
