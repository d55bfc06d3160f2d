package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.l2s.Fixture;
import io.l2s.Precision;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmEncoder;
import io.l2s.model.RewindableStateContract;
import io.l2s.model.TokenBatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

class CountingDecoderContractTest extends RewindableStateContract {

  private static LlmEncoder llm;
  private static CountingDecoder decoder;

  @BeforeAll
  static void load() {
    llm =
        new ModelLoader(runtime, runtime.devices())
            .loadLlm(Fixture.path("t5-llm"), new ComponentOptions(DeviceSpec.CPU, Precision.F32));
    decoder = new CountingDecoder(llm.decoder().orElseThrow());
  }

  @AfterAll
  static void close() {
    llm.close();
  }

  @AfterEach
  void noStateIsLeftOpen() {
    assertThat(decoder.openStates).isZero();
  }

  @Override
  protected DecoderState prefill(NDManager scope, TokenBatch prompts) {
    return decoder.prefill(llm.encode(scope, prompts), prompts);
  }

  @Override
  protected int vocabularySize() {
    return decoder.vocabularySize();
  }

  @Override
  protected int endOfSequence() {
    return 1;
  }
}
