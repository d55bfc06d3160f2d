package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.GenerationFailedException.Component;
import io.l2s.Route;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.Decoder;
import io.l2s.model.TokenBatch;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * How one route makes an answer.
 *
 * @param prompts tokenizer of the prompt
 * @param answers tokenizer of the answer
 * @param readsFeatures whether the LLM reads the prompt first
 * @param condition what the decoder is prefilled with
 * @param component the part to blame when condition, prefill or decoding fails
 */
record RoutePath(
    Route route,
    TextCodec prompts,
    TextCodec answers,
    Set<Integer> eosIds,
    Decoder decoder,
    boolean readsFeatures,
    Condition condition,
    Component component) {

  /** Makes {@code [batch, maxLength, decoder width]} of H and the prompts. */
  interface Condition {

    /**
     * @param features H, {@code [batch, maxLength, llmWidth]}; null on a route without the LLM
     */
    NDArray of(NDManager scope, NDArray features, TokenBatch prompts);
  }

  /** The routes that {@code parts} make possible. */
  static Map<Route, RoutePath> of(ServedComponents parts) {
    Map<Route, RoutePath> paths = new EnumMap<>(Route.class);
    parts.slm().ifPresent(slm -> paths.put(Route.HYBRID, hybrid(parts.llm(), slm)));
    parts
        .llm()
        .encoder()
        .decoder()
        .ifPresent(decoder -> paths.put(Route.LLM_ONLY, llmOnly(parts.llm(), decoder)));
    parts.slmAlone().ifPresent(slm -> paths.put(Route.SLM_ONLY, slmOnly(slm)));
    return paths;
  }

  private static RoutePath hybrid(ServedComponents.Llm llm, ServedComponents.Slm slm) {
    return new RoutePath(
        Route.HYBRID,
        llm.text(),
        slm.text(),
        slm.eosIds(),
        slm.decoder(),
        true,
        (scope, features, prompts) ->
            PromptFuser.fuse(
                scope, slm.projector(), slm.decoder(), slm.fusion(), features, prompts),
        Component.SLM);
  }

  private static RoutePath llmOnly(ServedComponents.Llm llm, Decoder decoder) {
    return new RoutePath(
        Route.LLM_ONLY,
        llm.text(),
        llm.text(),
        llm.eosIds(),
        decoder,
        true,
        (scope, features, prompts) -> features,
        Component.LLM_DECODER);
  }

  private static RoutePath slmOnly(ServedComponents.SlmAlone slm) {
    return new RoutePath(
        Route.SLM_ONLY,
        slm.text(),
        slm.text(),
        slm.eosIds(),
        slm.decoder(),
        false,
        (scope, features, prompts) -> slm.decoder().embed(scope, prompts),
        Component.SLM);
  }
}
