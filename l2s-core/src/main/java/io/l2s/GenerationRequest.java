package io.l2s;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One prompt and how to answer it; immutable, made by {@link #of} and the {@code with…} methods.
 *
 * <p>Nothing is ever added to the prompt and nothing is cut from it. Settings left open are filled
 * from the model's {@link GenerationDefaults}.
 */
public final class GenerationRequest {

  private final String prompt;
  private final @Nullable Route route;
  private final @Nullable Integer maxNewTokens;
  private final @Nullable Duration timeout;
  private final GenerationOptions options;

  private GenerationRequest(
      String prompt,
      @Nullable Route route,
      @Nullable Integer maxNewTokens,
      @Nullable Duration timeout,
      GenerationOptions options) {
    this.prompt = prompt;
    this.route = route;
    this.maxNewTokens = maxNewTokens;
    this.timeout = timeout;
    this.options = options;
  }

  /** A request for {@code prompt}, every setting left to the model's defaults. */
  public static GenerationRequest of(String prompt) {
    return new GenerationRequest(
        Objects.requireNonNull(prompt, "prompt"), null, null, null, GenerationOptions.GREEDY);
  }

  /** The same request, to be answered by {@code route}. */
  public GenerationRequest withRoute(Route route) {
    return new GenerationRequest(
        prompt, Objects.requireNonNull(route, "route"), maxNewTokens, timeout, options);
  }

  /**
   * The same request, ending after at most {@code maxNewTokens} tokens.
   *
   * @throws InvalidRequestException if {@code maxNewTokens} is not in 1..{@link
   *     GenerationDefaults#MAX_NEW_TOKENS_LIMIT}
   */
  public GenerationRequest withMaxNewTokens(int maxNewTokens) {
    if (!GenerationDefaults.allowsMaxNewTokens(maxNewTokens)) {
      throw new InvalidRequestException(
          "maxNewTokens", GenerationDefaults.MAX_NEW_TOKENS_BOUND, maxNewTokens);
    }
    return new GenerationRequest(prompt, route, maxNewTokens, timeout, options);
  }

  /**
   * The same request with a deadline: {@code timeout} after its submission decoding stops, whatever
   * was reached.
   *
   * @throws InvalidRequestException if {@code timeout} is zero or negative
   */
  public GenerationRequest withTimeout(Duration timeout) {
    if (!GenerationDefaults.allowsTimeout(timeout)) {
      throw new InvalidRequestException("timeout", GenerationDefaults.TIMEOUT_BOUND, timeout);
    }
    return new GenerationRequest(prompt, route, maxNewTokens, timeout, options);
  }

  /** The same request, its tokens chosen as {@code options} say. */
  public GenerationRequest withOptions(GenerationOptions options) {
    return new GenerationRequest(
        prompt, route, maxNewTokens, timeout, Objects.requireNonNull(options, "options"));
  }

  /** How tokens are chosen; greedily if not set. */
  public GenerationOptions options() {
    return options;
  }

  public String prompt() {
    return prompt;
  }

  /** The route asked for; empty: the model's default route. */
  public Optional<Route> route() {
    return Optional.ofNullable(route);
  }

  /** The limit of new tokens; empty: the model's default. */
  public Optional<Integer> maxNewTokens() {
    return Optional.ofNullable(maxNewTokens);
  }

  /** Time from submission to the deadline; empty: the model's default, which may be none. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  @Override
  public String toString() {
    return "GenerationRequest["
        + prompt.length()
        + " characters, route="
        + route
        + ", maxNewTokens="
        + maxNewTokens
        + ", timeout="
        + timeout
        + ", "
        + options
        + "]";
  }
}
