package io.l2s.test;

import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import java.util.concurrent.CompletableFuture;

/**
 * A request that a {@link FakeHybridLanguageModel} has taken.
 *
 * @param end completes after the caller's listener has got its last event: with the result, whose
 *     reason is {@code CANCELLED} where the caller cancelled, or with the failure
 */
public record FakeCall(GenerationRequest request, CompletableFuture<GenerationResult> end) {}
