package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.GenerationFailedException.Component;
import io.l2s.Route;
import io.l2s.decoding.BatchedDecoder;
import io.l2s.decoding.ResizedState;
import io.l2s.decoding.SpeculativeDecoder;
import io.l2s.model.DecoderState;
import io.l2s.model.DecoderTraits;
import io.l2s.model.LlmDecoder;
import io.l2s.model.RewindableState;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out which routes a model's components make possible, and makes their paths. */
final class Routes {

  /** Assumes a small model with a fifth of the large one's weights. */
  private static final double UNKNOWN_DRAFT_COST = 0.2;

  private Routes() {}

  /** The routes that {@code parts} make possible. */
  static Map<Route, RoutePath> of(ServedComponents parts, NativeThread nativeThread) {
    Map<Route, RoutePath> paths = new EnumMap<>(Route.class);
    ServedComponents.Llm llm = parts.llm();
    Optional<LlmDecoder> own = llm.encoder().decoder();
    parts.slm().ifPresent(slm -> paths.put(Route.HYBRID, hybrid(llm, slm, parts.oneVocabulary())));
    own.ifPresent(decoder -> paths.put(Route.LLM_ONLY, llmOnly(llm, decoder)));
    parts.slmAlone().ifPresent(slm -> paths.put(Route.SLM_ONLY, slmOnly(slm)));
    if (obstacleToExact(parts).isEmpty()) {
      paths.put(
          Route.EXACT, exact(llm, own.orElseThrow(), parts.slm().orElseThrow(), nativeThread));
    }
    return paths;
  }

  /** The parts that {@code route} needs. */
  static String needs(Route route, ServedComponents parts) {
    return switch (route) {
      case HYBRID -> "HYBRID needs a projector and an SLM";
      case LLM_ONLY -> "LLM_ONLY needs an LLM with a decoder of its own";
      case SLM_ONLY -> "SLM_ONLY needs a bundle that names slmAlone";
      case EXACT -> "EXACT needs " + obstacleToExact(parts).orElse("nothing more");
    };
  }

  /** The part that the route EXACT lacks; empty where it lacks none. */
  private static Optional<String> obstacleToExact(ServedComponents parts) {
    Optional<LlmDecoder> own = parts.llm().encoder().decoder();
    if (own.isEmpty() || parts.slm().isEmpty()) {
      return Optional.of("an SLM and an LLM with a decoder of its own");
    }
    if (!parts.oneVocabulary()) {
      return Optional.of(
          "one vocabulary, but the tokenizers of LLM and SLM have different tokens or ids");
    }
    if (!own.get().rewindable()) {
      return Optional.of("states that take tokens back, but those of the LLM's decoder do not");
    }
    if (!parts.slm().get().decoder().rewindable()) {
      return Optional.of("states that take tokens back, but those of the SLM do not");
    }
    return Optional.empty();
  }

  private static RoutePath.Lookup lookup(DecoderTraits writer, boolean promptIdsAreItsOwn) {
    if (!writer.rewindable()) {
      return RoutePath.Lookup.NOTHING;
    }
    return promptIdsAreItsOwn ? RoutePath.Lookup.PROMPT_IDS : RoutePath.Lookup.PROMPT_TEXT;
  }

  private static RoutePath hybrid(
      ServedComponents.Llm llm, ServedComponents.Slm slm, boolean oneVocabulary) {
    return new RoutePath(
        Route.HYBRID,
        llm.text(),
        slm.text(),
        slm.eosIds(),
        slm.decoder().vocabularySize(),
        // The prompt reaches the SLM as vectors, so it has no ids.
        promptIds -> slm.decoder().penaltyPrefix(new int[0]),
        slm.decoder().forcedTokens(),
        llm.encoder().contextLimits().prompts().and(slm.decoder().contextLimits()),
        RoutePath.Reading.LLM,
        RoutePath.Batching.SHARED,
        lookup(slm.decoder(), oneVocabulary),
        (scope, features, prompts, projected) ->
            new BatchedDecoder(prefilled(scope, slm, read(features), prompts, projected)),
        Component.SLM);
  }

  /** H, which is there on a route where the LLM reads the prompt. */
  private static NDArray read(@Nullable NDArray features) {
    return Objects.requireNonNull(features, "features");
  }

  private static DecoderState prefilled(
      NDManager scope,
      ServedComponents.Slm slm,
      NDArray features,
      TokenBatch prompts,
      Runnable projected) {
    NDArray fused = slm.fuser().fuse(scope, features, prompts);
    projected.run();
    return slm.decoder().prefill(fused, prompts.lengths());
  }

  private static RoutePath llmOnly(ServedComponents.Llm llm, LlmDecoder decoder) {
    return new RoutePath(
        Route.LLM_ONLY,
        llm.text(),
        llm.text(),
        llm.eosIds(),
        decoder.vocabularySize(),
        decoder::penaltyPrefix,
        decoder.forcedTokens(),
        llm.encoder().contextLimits().prompts().and(decoder.contextLimits()),
        decoder.readsFeatures() ? RoutePath.Reading.LLM : RoutePath.Reading.NONE,
        RoutePath.Batching.SHARED,
        lookup(decoder, true),
        (scope, features, prompts, projected) ->
            new BatchedDecoder(decoder.prefill(features, prompts)),
        Component.LLM);
  }

  private static RoutePath slmOnly(ServedComponents.SlmAlone slm) {
    return new RoutePath(
        Route.SLM_ONLY,
        slm.text(),
        slm.text(),
        slm.eosIds(),
        slm.decoder().vocabularySize(),
        slm.decoder()::penaltyPrefix,
        slm.decoder().forcedTokens(),
        slm.decoder().contextLimits(),
        RoutePath.Reading.NONE,
        RoutePath.Batching.SHARED,
        lookup(slm.decoder(), true),
        (scope, features, prompts, projected) ->
            new BatchedDecoder(
                slm.decoder()
                    .prefill(slm.decoder().embeddings().embed(scope, prompts), prompts.lengths())),
        Component.SLM);
  }

  private static RoutePath exact(
      ServedComponents.Llm llm,
      LlmDecoder own,
      ServedComponents.Slm slm,
      NativeThread nativeThread) {
    return new RoutePath(
        Route.EXACT,
        llm.text(),
        llm.text(),
        llm.eosIds(),
        own.vocabularySize(),
        own::penaltyPrefix,
        own.forcedTokens(),
        llm.encoder()
            .contextLimits()
            .prompts()
            .and(own.contextLimits())
            .and(slm.decoder().contextLimits()),
        RoutePath.Reading.LLM,
        RoutePath.Batching.SINGLE,
        RoutePath.Lookup.NOTHING,
        (scope, features, prompts, projected) -> {
          RewindableState drafter =
              ResizedState.of(
                  drafter(scope, slm, read(features), prompts, projected),
                  slm.decoder().vocabularySize(),
                  own.vocabularySize());
          try {
            return new SpeculativeDecoder(
                drafter,
                requireRewindable(own.prefill(features, prompts)),
                draftCost(slm.decoder(), own),
                nativeThread::newScope);
          } catch (Throwable e) {
            drafter.close();
            throw e;
          }
        },
        // The LLM's decoder produces every id; drafter failures are already attributed to the SLM.
        Component.LLM);
  }

  private static RewindableState requireRewindable(DecoderState state) {
    Optional<RewindableState> rewindable = state.asRewindable();
    if (rewindable.isEmpty()) {
      state.close();
      throw new IllegalStateException(
          state.getClass().getName()
              + " cannot take tokens back, but its decoder says that its states can");
    }
    return rewindable.get();
  }

  /** Compares numbers of weights, as reading the weights takes most of a step's time. */
  private static double draftCost(SlmDecoder small, LlmDecoder large) {
    return small.stepWeights() > 0 && large.stepWeights() > 0
        ? (double) small.stepWeights() / large.stepWeights()
        : UNKNOWN_DRAFT_COST;
  }

  private static RewindableState drafter(
      NDManager scope,
      ServedComponents.Slm slm,
      NDArray features,
      TokenBatch prompts,
      Runnable projected) {
    try {
      return requireRewindable(prefilled(scope, slm, features, prompts, projected));
    } catch (RuntimeException | Error e) {
      throw Failures.of(Component.SLM, e);
    }
  }
}
