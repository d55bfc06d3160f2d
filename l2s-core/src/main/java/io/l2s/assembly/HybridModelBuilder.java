package io.l2s.assembly;

import io.l2s.HybridLanguageModel;
import io.l2s.engine.NativeRuntime;
import io.l2s.hybrid.Fusion;
import io.l2s.model.Decoder;
import io.l2s.model.Encoder;
import io.l2s.projector.Projector;
import io.l2s.serving.ServingOptions;
import java.nio.file.Path;

/**
 * Puts loaded components together to a served model (without circuit breaker). The components stay
 * their owner's: the model does not close them.
 */
public final class HybridModelBuilder {

  public HybridModelBuilder(NativeRuntime runtime) {}

  /** The LLM and the directory that holds its tokenizer and generation settings; required. */
  public HybridModelBuilder llm(Encoder encoder, Path checkpoint) {
    return this;
  }

  /** Projector, SLM and how they meet; without them only {@code LLM_ONLY} is there. */
  public HybridModelBuilder slm(
      Projector projector, Decoder decoder, Path checkpoint, Fusion fusion) {
    return this;
  }

  /** A separately trained small model for {@code SLM_ONLY}. */
  public HybridModelBuilder slmAlone(Decoder decoder, Path checkpoint) {
    return this;
  }

  public HybridModelBuilder options(ServingOptions options) {
    return this;
  }

  /** Checks that everything fits; throws {@link io.l2s.ModelLoadException} with every problem. */
  public HybridLanguageModel build() {
    throw new IllegalStateException("skeleton");
  }
}
