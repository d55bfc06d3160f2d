package io.l2s.serving;

import io.l2s.Route;
import java.util.EnumMap;
import java.util.Map;

/**
 * Expects how long requests keep the native thread, from the latest that it has served. A request
 * takes time for each token of its prompt and of its answer; answers that decode together share the
 * time of a call. Each route has figures of its own. Thread-safe.
 */
final class ServiceTimes {

  /** A sum of the latest measurements; each older one counts a tenth less than the next. */
  private static final class Average {

    private static final double KEPT = 0.9;

    private double sum;
    private double count;

    void add(double amount, double units) {
      sum = KEPT * sum + amount;
      count = KEPT * count + units;
    }

    double perUnit() {
      return count == 0 ? 0 : sum / count;
    }
  }

  private static final class Times {
    private final Average nanosPerPromptToken = new Average();
    private final Average nanosPerAnswerToken = new Average();
    private final Average tokensPerAnswer = new Average();

    double nanosOf(int promptTokens, int maxNewTokens) {
      double answerTokens = Math.min(maxNewTokens, tokensPerAnswer.perUnit());
      return promptTokens * nanosPerPromptToken.perUnit()
          + answerTokens * nanosPerAnswerToken.perUnit();
    }
  }

  private final Map<Route, Times> routes = new EnumMap<>(Route.class);

  /**
   * Records that prompts were read and prefilled, or a part of it.
   *
   * @param tokens of all the prompts; 0 where an earlier call has counted them
   */
  synchronized void prefilled(Route route, int tokens, long nanos) {
    of(route).nanosPerPromptToken.add(nanos, tokens);
  }

  /**
   * Records a decode call.
   *
   * @param tokens that it added to all answers together
   */
  synchronized void decoded(Route route, int tokens, long nanos) {
    of(route).nanosPerAnswerToken.add(nanos, tokens);
  }

  /** Records the length of an answer that has ended. */
  synchronized void answered(Route route, int tokens) {
    of(route).tokensPerAnswer.add(tokens, 1);
  }

  /** Nanoseconds for which a request will keep the native thread; 0 before the first was served. */
  synchronized long expected(Route route, int promptTokens, int maxNewTokens) {
    Times known = routes.get(route);
    return known == null ? 0 : (long) known.nanosOf(promptTokens, maxNewTokens);
  }

  private Times of(Route route) {
    return routes.computeIfAbsent(route, missing -> new Times());
  }
}
