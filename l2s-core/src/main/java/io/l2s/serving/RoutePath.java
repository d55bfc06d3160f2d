package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.GenerationFailedException.Component;
import io.l2s.Route;
import io.l2s.decoding.BatchDecoder;
import io.l2s.model.ContextLimits;
import io.l2s.model.ForcedTokens;
import io.l2s.model.TokenBatch;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizers, decoder and settings of one route.
 *
 * @param prompts tokenizer of the prompt
 * @param answers tokenizer of the answer
 * @param vocabulary number of ids that the decoder scores
 * @param penaltyPrefix turns a prompt's ids into the ids before the answer that penalties count
 * @param forced ids that the model forces into every answer
 * @param limits most tokens that the route's models have positions for
 * @param reading whether the LLM reads the prompt first
 * @param batching whether its sequences share a running batch
 * @param lookup the source of prompt lookup's drafts
 * @param prefill makes the decoder of its sequences
 * @param component the component to blame when prefill or decoding fails without naming one
 */
record RoutePath(
    Route route,
    TextCodec prompts,
    TextCodec answers,
    Set<Integer> eosIds,
    int vocabulary,
    UnaryOperator<int[]> penaltyPrefix,
    ForcedTokens forced,
    ContextLimits limits,
    Reading reading,
    Batching batching,
    Lookup lookup,
    Prefill prefill,
    Component component) {

  /** The reader of the prompt before prefill. */
  enum Reading {
    /** The LLM makes H of it. */
    LLM,
    /** Nobody; the decoder embeds its ids. */
    NONE
  }

  /** The sequences that decode together. */
  enum Batching {
    /** All sequences of the route share a running batch. */
    SHARED,
    /** Each sequence has a batch of its own. */
    SINGLE
  }

  /** The source of prompt lookup's drafts. */
  enum Lookup {
    /** The prompt's ids and the answer. */
    PROMPT_IDS,
    /** The prompt's text, in ids of the tokenizer of the answers, and the answer. */
    PROMPT_TEXT,
    /** Nothing, as the decoder takes no tokens back or drafts by itself. */
    NOTHING
  }

  /** Prefills a decoder with H and the prompts. */
  interface Prefill {

    /**
     * @param features H, {@code [batch, maxLength, llmWidth]}; null where the LLM does not read the
     *     prompt first
     * @param projected called between projection and the decoder's pass, where H is projected
     */
    BatchDecoder of(
        NDManager scope, @Nullable NDArray features, TokenBatch prompts, Runnable projected);
  }

  /** Whether the LLM reads the prompt first. */
  boolean readsFeatures() {
    return reading == Reading.LLM;
  }

  /** Whether its sequences share a running batch. */
  boolean batched() {
    return batching == Batching.SHARED;
  }
}
