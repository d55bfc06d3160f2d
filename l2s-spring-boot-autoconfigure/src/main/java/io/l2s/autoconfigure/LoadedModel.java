package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.HybridLanguageModel;
import io.l2s.assembly.ComponentDescription;
import java.util.Map;
import java.util.Optional;

/**
 * A model with what was loaded for it.
 *
 * @param threads the threads that compute, in words
 * @param close frees the parts that nobody else frees
 * @param retire frees all parts that come from files
 */
record LoadedModel(
    HybridLanguageModel model,
    Optional<Bundle> bundle,
    Map<ModelPart, ComponentDescription> components,
    String threads,
    Runnable close,
    Runnable retire) {}
