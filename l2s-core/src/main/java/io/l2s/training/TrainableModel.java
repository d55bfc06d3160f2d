package io.l2s.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.hybrid.Fusion;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.Encoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TrainableDecoder;
import io.l2s.projector.TrainableProjector;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is trained: an SLM with a projector under a frozen LLM, or an SLM alone. */
public sealed interface TrainableModel {

  /**
   * An SLM conditioned by a frozen LLM through a projector.
   *
   * @param frozenSlm whether the projector alone is trained
   */
  record Hybrid(
      Encoder llm,
      TrainableProjector projector,
      TrainableDecoder slm,
      Fusion fusion,
      boolean frozenSlm)
      implements TrainableModel {

    public Hybrid {
      if (frozenSlm) {
        slm.freeze();
      }
    }
  }

  /** An SLM that reads the prompt by itself. */
  record Alone(TrainableDecoder slm) implements TrainableModel {}

  TrainableDecoder slm();

  /** Every trained weight; the projector's names do not meet those of any model family. */
  default Map<String, NDArray> parameters() {
    Map<String, NDArray> all = new LinkedHashMap<>();
    if (this instanceof Hybrid hybrid) {
      all.putAll(hybrid.projector().parameters());
      if (hybrid.frozenSlm()) {
        return all;
      }
    }
    all.putAll(slm().parameters());
    return all;
  }

  /**
   * Mean loss of the targets' tokens.
   *
   * @param dropout share of activations that the SLM drops, 0 to below 1
   */
  default NDArray loss(
      NDManager scope,
      TokenBatch prompts,
      TokenBatch targets,
      double labelSmoothing,
      double dropout) {
    return slm().loss(inputs(scope, prompts), prompts.lengths(), targets, labelSmoothing, dropout);
  }

  private NDArray inputs(NDManager scope, TokenBatch prompts) {
    if (this instanceof Hybrid hybrid) {
      // The copy takes part in differentiation, which the engine refuses to what it inferred.
      NDArray features = hybrid.llm().encode(scope, prompts).duplicate();
      return PromptFuser.fuse(
          scope, hybrid.projector(), hybrid.slm(), hybrid.fusion(), features, prompts);
    }
    return slm().embed(scope, prompts);
  }
}
