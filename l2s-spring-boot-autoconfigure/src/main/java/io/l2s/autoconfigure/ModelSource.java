package io.l2s.autoconfigure;

import io.l2s.ServingOptions;
import io.l2s.serving.ResponsivenessListener;

/** Loads a model; each call makes another one. */
@FunctionalInterface
interface ModelSource {

  LoadedModel load(ServingOptions options, ResponsivenessListener responsiveness);
}
