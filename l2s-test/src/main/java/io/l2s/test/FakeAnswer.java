package io.l2s.test;

import io.l2s.Degradation;
import io.l2s.FinishReason;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.Route;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reaction of a {@link FakeHybridLanguageModel} to a request; immutable. An answer comes at
 * once unless {@link #firstTokenAfter} or {@link #timePerToken} says otherwise.
 */
public final class FakeAnswer {

  /** How an answer that does not end by itself continues. */
  enum Course {
    ENDS,
    ENDLESS,
    REFUSED
  }

  private final List<String> tokens;
  private final Course course;
  private final @Nullable GenerationResult result;
  private final @Nullable L2sException failure;
  private final Duration firstTokenAfter;
  private final Duration timePerToken;

  private FakeAnswer(
      List<String> tokens,
      Course course,
      @Nullable GenerationResult result,
      @Nullable L2sException failure,
      Duration firstTokenAfter,
      Duration timePerToken) {
    this.tokens = tokens;
    this.course = course;
    this.result = result;
    this.failure = failure;
    this.firstTokenAfter = firstTokenAfter;
    this.timePerToken = timePerToken;
  }

  private static FakeAnswer atOnce(
      List<String> tokens,
      Course course,
      @Nullable GenerationResult result,
      @Nullable L2sException failure) {
    return new FakeAnswer(tokens, course, result, failure, Duration.ZERO, Duration.ZERO);
  }

  /** An answer of these tokens, each a chunk of its own; spaces belong to them. */
  public static FakeAnswer of(String... tokens) {
    return atOnce(List.of(tokens), Course.ENDS, null, null);
  }

  /**
   * An answer with this result, whose text comes as one chunk; see {@link GenerationResultBuilder}.
   */
  public static FakeAnswer of(GenerationResult result) {
    List<String> text = result.text().isEmpty() ? List.of() : List.of(result.text());
    return atOnce(text, Course.ENDS, result, null);
  }

  /**
   * A token again and again, until the caller cancels, the request's deadline passes or its {@code
   * maxNewTokens} is reached.
   *
   * @param timePerToken at least a nanosecond
   */
  public static FakeAnswer endless(String token, Duration timePerToken) {
    if (timePerToken.isZero() || timePerToken.isNegative()) {
      throw new IllegalArgumentException(
          "timePerToken of an endless answer must be positive, but was " + timePerToken);
    }
    return atOnce(List.of(token), Course.ENDLESS, null, null).timePerToken(timePerToken);
  }

  /** A failure after these tokens. */
  public static FakeAnswer failure(L2sException failure, String... tokens) {
    return atOnce(List.of(tokens), Course.ENDS, null, Objects.requireNonNull(failure, "failure"));
  }

  /**
   * A refusal, which {@code submit} throws, such as {@link io.l2s.QueueFullException} or {@link
   * io.l2s.InvalidRequestException}.
   */
  public static FakeAnswer refusal(L2sException refusal) {
    return atOnce(List.of(), Course.REFUSED, null, Objects.requireNonNull(refusal, "refusal"));
  }

  /** The same, its first event after {@code time}. */
  public FakeAnswer firstTokenAfter(Duration time) {
    return new FakeAnswer(tokens, course, result, failure, notNegative(time), timePerToken);
  }

  /** The same, each event but the first {@code time} after the one before. */
  public FakeAnswer timePerToken(Duration time) {
    return new FakeAnswer(tokens, course, result, failure, firstTokenAfter, notNegative(time));
  }

  /**
   * The same answer, by {@code answering} in place of the requested route.
   *
   * @param cause why {@code requested} did not answer
   * @throws IllegalStateException if it is a failure, a refusal or endless
   */
  public FakeAnswer degraded(Route requested, Degradation.Cause cause, Route answering) {
    if (course != Course.ENDS || failure != null) {
      throw new IllegalStateException(
          "a failure, a refusal or an endless answer has no result that could be degraded");
    }
    GenerationResult whole = result(answering);
    GenerationResult degraded =
        new GenerationResult(
            whole.text(),
            whole.promptIds(),
            whole.ids(),
            answering,
            Optional.of(new Degradation(requested, cause, "scripted: " + cause)),
            whole.finishReason(),
            whole.timings(),
            whole.candidates());
    return new FakeAnswer(tokens, course, degraded, null, firstTokenAfter, timePerToken);
  }

  private static Duration notNegative(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time must be at least zero, but was " + time);
    }
    return time;
  }

  @Nullable L2sException refusal() {
    return course == Course.REFUSED ? failure : null;
  }

  @Nullable L2sException failure() {
    return failure;
  }

  /** The delay of the event at {@code position}, counted from 0. */
  Duration delay(int position) {
    return position == 0 ? firstTokenAfter : timePerToken;
  }

  /** Whether a token comes at {@code position}; the end comes otherwise. */
  boolean hasToken(int position) {
    return course == Course.ENDLESS || position < tokens.size();
  }

  String token(int position) {
    return tokens.get(position % tokens.size());
  }

  /**
   * The result of an answer that reaches its end.
   *
   * @param route the route that was asked for
   */
  GenerationResult result(Route route) {
    return result != null
        ? result
        : GenerationResultBuilder.of(tokens.toArray(String[]::new)).route(route).build();
  }

  /** The result of an answer that ends after {@code sent} tokens. */
  GenerationResult cut(List<String> sent, FinishReason reason, Route route) {
    GenerationResult cut =
        GenerationResultBuilder.of(sent.toArray(String[]::new))
            .route(result == null ? route : result.route())
            .finishReason(reason)
            .build();
    return result == null
        ? cut
        : result.degradation().map(cut::withDegradation).orElse(cut).withTimings(result.timings());
  }
}
