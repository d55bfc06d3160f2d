package io.l2s.autoconfigure;

import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.ServingOptions;

/**
 * Lets every route answer prompts of several lengths and once by sampling, since the first run of a
 * shape or a way of decoding is slower.
 */
final class WarmUp {

  private static final String WORD = "a ";
  private static final int[] LENGTHS = {1, 4, 8, 16, 32};
  private static final int NEW_TOKENS = 8;
  private static final GenerationOptions SAMPLING =
      GenerationOptions.builder().doSample(true).build();

  private WarmUp() {}

  /**
   * @param bounds longer prompts than these are left out, except the shortest
   */
  static void run(HybridLanguageModel model, ServingOptions bounds) {
    for (int length : LENGTHS) {
      // A word has at most two tokens, and an end of sequence follows.
      int tokens = 2 * length + 1;
      boolean fits =
          tokens <= bounds.maxPromptTokens() && tokens + NEW_TOKENS <= bounds.maxBatchTokens();
      if (length == 1 || fits) {
        for (Route route : model.routes()) {
          GenerationRequest request =
              GenerationRequest.of(WORD.repeat(length).strip())
                  .withRoute(route)
                  .withMaxNewTokens(NEW_TOKENS);
          model.generate(request);
          if (length == 1 && route != Route.EXACT) {
            model.generate(request.withOptions(SAMPLING));
          }
        }
      }
    }
  }
}
