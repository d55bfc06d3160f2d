package io.l2s.model;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.l2s.Fixture;
import io.l2s.Precision;
import io.l2s.assembly.ModelFamilies;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.gpt2.Gpt2Family;
import io.l2s.model.llama.LlamaFamily;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/** States of decoder-only models keep the contract, whatever their positions and windows. */
class DecoderOnlyStateContractTest {

  @Nested
  class LearnedPositions extends States {
    LearnedPositions() {
      super("gpt2", new Gpt2Family());
    }
  }

  @Nested
  class RotaryPositions extends States {
    RotaryPositions() {
      super("llama", new LlamaFamily());
    }
  }

  @Nested
  class NormedHeads extends States {
    NormedHeads() {
      super("qwen3", new LlamaFamily());
    }
  }

  @Nested
  class SlidingWindow extends States {
    SlidingWindow() {
      super("mistral", new LlamaFamily());
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class States extends RewindableStateContract {

    private final String name;
    private final DecoderOnlyFamily family;
    private DecoderOnlyModel model;

    States(String name, DecoderOnlyFamily family) {
      this.name = name;
      this.family = family;
    }

    @BeforeAll
    void load() {
      Checkpoint checkpoint = Checkpoint.open(Fixture.path(name));
      model = family.load(new Loading(runtime, checkpoint, Device.cpu(), Precision.F32));
    }

    @AfterAll
    void close() {
      model.close();
    }

    @Override
    protected DecoderState prefill(NDManager scope, TokenBatch prompts) {
      SlmDecoder decoder = model.asSlm();
      return decoder.prefill(decoder.embeddings().embed(scope, prompts), prompts.lengths());
    }

    @Override
    protected int vocabularySize() {
      return model.asSlm().vocabularySize();
    }

    @Override
    protected int endOfSequence() {
      return ModelFamilies.eosTokenIds(Checkpoint.open(Fixture.path(name))).get(0);
    }
  }
}
