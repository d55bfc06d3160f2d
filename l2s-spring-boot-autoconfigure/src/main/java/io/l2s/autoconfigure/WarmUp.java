package io.l2s.autoconfigure;

import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;

/** One short answer by every route. */
final class WarmUp {

  private static final String PROMPT = ".";
  private static final int NEW_TOKENS = 8;

  private WarmUp() {}

  static void run(HybridLanguageModel model) {
    for (Route route : model.routes()) {
      model.generate(GenerationRequest.of(PROMPT).withRoute(route).withMaxNewTokens(NEW_TOKENS));
    }
  }
}
