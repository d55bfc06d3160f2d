package io.l2s;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A model whose generations end only when the test says how. */
public final class HandDrivenModel implements HybridLanguageModel {

  /** One submission. */
  public static final class Submission {
    public final GenerationRequest request;
    public final GenerationListener listener;
    public boolean cancelled;

    Submission(GenerationRequest request, GenerationListener listener) {
      this.request = request;
      this.listener = listener;
    }

    public void complete(String text, FinishReason reason) {
      listener.onComplete(result(text, request.route().orElse(Route.HYBRID), reason));
    }
  }

  public final List<Submission> submissions = new ArrayList<>();
  public Set<Route> routes = EnumSet.of(Route.HYBRID, Route.LLM_ONLY);
  public RuntimeException refusal;
  public int capacity = Integer.MAX_VALUE;
  public boolean closed;

  /** Fails the next submission before its handle is returned; null: none. */
  public L2sException failureAtOnce;

  /** A result whose prefill took 30 ms and whose decoding took 70 ms. */
  public static GenerationResult result(String text, Route route, FinishReason reason) {
    Timings timings =
        new Timings(
            Duration.ofSeconds(8),
            Duration.ofSeconds(1),
            Duration.ofMillis(10),
            Duration.ofMillis(30),
            Duration.ofMillis(70),
            Duration.ofSeconds(9),
            Duration.ofSeconds(10));
    return new GenerationResult(
        text, List.of(1), List.of(2), route, Optional.empty(), reason, timings);
  }

  public Submission last() {
    return submissions.get(submissions.size() - 1);
  }

  @Override
  public Set<Route> routes() {
    return routes;
  }

  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    if (refusal != null) {
      throw refusal;
    }
    if (submissions.size() >= capacity) {
      throw new QueueFullException(capacity);
    }
    Submission submission = new Submission(request, listener);
    submissions.add(submission);
    if (failureAtOnce != null) {
      L2sException failure = failureAtOnce;
      failureAtOnce = null;
      listener.onError(failure);
    }
    return () -> submission.cancelled = true;
  }

  @Override
  public void close() {
    closed = true;
  }
}
