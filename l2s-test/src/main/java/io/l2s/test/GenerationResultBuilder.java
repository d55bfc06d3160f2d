package io.l2s.test;

import io.l2s.Candidate;
import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.GenerationResult;
import io.l2s.Route;
import io.l2s.Timings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Builds the result of a generation: by default an answer of the route {@code HYBRID} that the end
 * of sequence has ended, without degradation, with a prompt of one token and without times. Not
 * thread-safe.
 */
public final class GenerationResultBuilder {

  private static final int END_OF_SEQUENCE = 1;
  private static final int FIRST_ID = 2;

  /** Times of nothing. */
  private static final Timings NO_TIME =
      new Timings(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO);

  private final List<String> tokens;
  private final List<List<String>> others = new ArrayList<>();
  private Route route = Route.HYBRID;
  private FinishReason reason = FinishReason.EOS;
  private Timings timings = NO_TIME;
  private int promptTokens = 1;
  private @Nullable Degradation degradation;

  private GenerationResultBuilder(List<String> tokens) {
    this.tokens = tokens;
  }

  /** The answer that {@code tokens} make when they are joined; spaces belong to them. */
  public static GenerationResultBuilder of(String... tokens) {
    return new GenerationResultBuilder(List.of(tokens));
  }

  /** The route that answers. */
  public GenerationResultBuilder route(Route route) {
    this.route = route;
    return this;
  }

  /**
   * Marks the answer as one in place of {@code requested}.
   *
   * @param cause why that route did not answer
   */
  public GenerationResultBuilder degraded(Route requested, Degradation.Cause cause) {
    this.degradation = new Degradation(requested, cause, "scripted: " + cause);
    return this;
  }

  /** Why the answer ends. */
  public GenerationResultBuilder finishReason(FinishReason reason) {
    this.reason = reason;
    return this;
  }

  /** Where the time went. */
  public GenerationResultBuilder timings(Timings timings) {
    this.timings = timings;
    return this;
  }

  /** The number of tokens of the prompt, at least 1. */
  public GenerationResultBuilder promptTokens(int promptTokens) {
    this.promptTokens = promptTokens;
    return this;
  }

  /** Adds a further answer, worse than those before. */
  public GenerationResultBuilder candidate(String... tokens) {
    others.add(List.of(tokens));
    return this;
  }

  /** The result. */
  public GenerationResult build() {
    List<Candidate> candidates = new ArrayList<>();
    if (reason != FinishReason.CANCELLED && reason != FinishReason.DEADLINE) {
      candidates.add(candidate(tokens));
      others.forEach(each -> candidates.add(candidate(each)));
    }
    return new GenerationResult(
        String.join("", tokens),
        IntStream.range(FIRST_ID, FIRST_ID + promptTokens).boxed().toList(),
        ids(tokens),
        route,
        Optional.ofNullable(degradation),
        reason,
        timings,
        candidates);
  }

  private Candidate candidate(List<String> tokens) {
    return new Candidate(
        String.join("", tokens), ids(tokens), reason, OptionalDouble.empty(), List.of());
  }

  /** An id a token, and the end of sequence where the answer reaches it. */
  private List<Integer> ids(List<String> tokens) {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      ids.add(FIRST_ID + i);
    }
    if (reason == FinishReason.EOS) {
      ids.add(END_OF_SEQUENCE);
    }
    return ids;
  }
}
