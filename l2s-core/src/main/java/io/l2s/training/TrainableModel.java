package io.l2s.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.hybrid.Fusion;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TrainableSlm;
import io.l2s.projector.TrainableProjector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is trained: an SLM with a projector under a frozen LLM, or an SLM alone. */
sealed interface TrainableModel {

  /** An SLM conditioned by a frozen LLM through a projector. */
  record Hybrid(
      LlmEncoder llm,
      TrainableProjector projector,
      TrainableSlm slm,
      Fusion fusion,
      TrainedParts trainedParts)
      implements TrainableModel {

    public Hybrid {
      if (trainedParts == TrainedParts.PROJECTOR) {
        slm.freeze();
      }
    }

    /**
     * Scales a fresh projector so that P is as large as the embeddings that it is added to. As its
     * weights are drawn it is an order of magnitude smaller, and a fresh SLM learns to do without.
     *
     * @param prompts some prompts of the training
     */
    void balance(NDManager scope, List<int[]> prompts) {
      double projected = 0;
      double embedded = 0;
      for (int[] ids : prompts) {
        TokenBatch prompt = TokenBatch.of(ids);
        NDArray features = llm.encode(scope, prompt);
        projected += meanSquare(projector.project(scope, features)) * ids.length;
        embedded += meanSquare(slm.embeddings().embed(scope, prompt)) * ids.length;
      }
      projector.scale((float) Math.sqrt(embedded / projected));
    }

    private static double meanSquare(NDArray array) {
      return array.square().mean().getFloat();
    }
  }

  /** An SLM that reads the prompt by itself. */
  record Alone(TrainableSlm slm) implements TrainableModel {}

  TrainableSlm slm();

  /** Every trained weight; the projector's names do not meet those of any model family. */
  default Map<String, NDArray> parameters() {
    Map<String, NDArray> all = new LinkedHashMap<>();
    if (this instanceof Hybrid hybrid) {
      all.putAll(hybrid.projector().parameters());
      if (hybrid.trainedParts() == TrainedParts.PROJECTOR) {
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
      return new PromptFuser(hybrid.slm().embeddings(), hybrid.projector(), hybrid.fusion())
          .fuse(scope, features, prompts);
    }
    return slm().embeddings().embed(scope, prompts);
  }
}
