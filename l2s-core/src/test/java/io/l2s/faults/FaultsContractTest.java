package io.l2s.faults;

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

/** Without a fault armed, the wrapped state is as good as the real one. */
class FaultsContractTest extends RewindableStateContract {

  private static SlmDecoder real;
  private static SlmDecoder decoder;

  @BeforeAll
  static void load() {
    real =
        new ModelLoader(runtime, runtime.devices())
            .loadSlm(
                Fixture.path("hybrid-a-t5-t5-add").resolve("slm"),
                new ComponentOptions(DeviceSpec.CPU, Precision.F32));
    decoder = new Faults(runtime).around(real);
  }

  @AfterAll
  static void close() {
    real.close();
  }

  @Override
  protected DecoderState prefill(NDManager scope, TokenBatch prompts) {
    return decoder.prefill(decoder.embeddings().embed(scope, prompts), prompts.lengths());
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
