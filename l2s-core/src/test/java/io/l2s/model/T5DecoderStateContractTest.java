package io.l2s.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Fixture;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.t5.T5Family;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class T5DecoderStateContractTest extends RewindableStateContract {

  private static EncoderDecoderModel model;
  private static LlmEncoder llm;

  @BeforeAll
  static void load() {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path("t5-relu"));
    model = new T5Family().load(new Loading(runtime, checkpoint, Device.cpu(), Precision.F32));
    llm = model.asLlm();
  }

  @AfterAll
  static void close() {
    model.close();
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
    return 1;
  }
}
