package io.l2s.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TrainableSlm;
import io.l2s.projector.TrainableProjector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The trained parts: an SLM with a projector under a frozen LLM, or an SLM alone. */
sealed interface TrainableModel {

  /**
   * An SLM conditioned by a frozen LLM through a projector.
   *
   * @param fuser of this LLM, projector and SLM
   */
  record Hybrid(
      LlmEncoder llm,
      TrainableProjector projector,
      TrainableSlm slm,
      PromptFuser fuser,
      TrainedParts trainedParts)
      implements TrainableModel {

    @Override
    public Map<String, NDArray> parameters() {
      Map<String, NDArray> all = new LinkedHashMap<>(projector.parameters());
      if (trainedParts != TrainedParts.PROJECTOR) {
        all.putAll(slm.parameters());
      }
      return all;
    }

    @Override
    public NDArray inputs(NDManager scope, TokenBatch prompts) {
      // The copy takes part in differentiation, which the engine refuses to what it inferred.
      NDArray features = llm.encode(scope, prompts).duplicate();
      return fuser.fuse(scope, features, prompts);
    }

    /**
     * Scales a fresh projector so that P is as large as the embeddings that the SLM knows. As its
     * weights are drawn it is an order of magnitude smaller, and a fresh SLM learns to do without.
     *
     * @param prompts some prompts of the training
     * @param known rows of ids in the SLM's vocabulary, such as the prompts or their targets
     */
    void balance(NDManager scope, List<int[]> prompts, List<int[]> known) {
      projector.scale(
          factor(
              prompts,
              prompt -> projector.project(scope, llm.encode(scope, prompt)),
              known,
              ids -> slm.embeddings().embed(scope, ids)));
    }

    /**
     * Scales a fresh embedding adapter so that adapted embeddings are as large as the embeddings
     * that the SLM knows.
     *
     * @param prompts some prompts of the training
     * @param known rows of ids in the SLM's vocabulary
     */
    void balanceAdapter(NDManager scope, List<int[]> prompts, List<int[]> known) {
      projector.scaleAdapter(
          factor(
              prompts,
              prompt -> fuser.prompts().embed(scope, prompt),
              known,
              ids -> slm.embeddings().embed(scope, ids)));
    }

    /**
     * The factor that makes vectors of {@code rows} as large as those of {@code known} on average.
     */
    private static float factor(
        List<int[]> rows,
        Function<TokenBatch, NDArray> drawn,
        List<int[]> known,
        Function<TokenBatch, NDArray> embeddings) {
      double tokens = (double) tokens(rows) / tokens(known);
      return (float) Math.sqrt(squares(known, embeddings) / squares(rows, drawn) * tokens);
    }

    private static int tokens(List<int[]> rows) {
      return rows.stream().mapToInt(row -> row.length).sum();
    }

    private static double squares(List<int[]> rows, Function<TokenBatch, NDArray> vectors) {
      double sum = 0;
      for (int[] row : rows) {
        sum += meanSquare(vectors.apply(TokenBatch.of(row))) * row.length;
      }
      return sum;
    }

    private static double meanSquare(NDArray array) {
      return array.square().mean().getFloat();
    }
  }

  /** An SLM that reads the prompt by itself. */
  record Alone(TrainableSlm slm) implements TrainableModel {

    @Override
    public Map<String, NDArray> parameters() {
      return slm.parameters();
    }

    @Override
    public NDArray inputs(NDManager scope, TokenBatch prompts) {
      return slm.embeddings().embed(scope, prompts);
    }
  }

  TrainableSlm slm();

  /** Every trained weight; the projector's names do not meet those of any model family. */
  Map<String, NDArray> parameters();

  /** The vectors that the SLM reads for {@code prompts}, {@code [batch, maxLength, width]}. */
  NDArray inputs(NDManager scope, TokenBatch prompts);

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
    NDArray inputs = inputs(scope, prompts);
    return slm().loss(scope, inputs, prompts.lengths(), targets, labelSmoothing, dropout);
  }
}
