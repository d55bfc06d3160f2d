package io.l2s;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One prompt and how to answer it; immutable, made by {@link #of} or {@link #ofChat} and the {@code
 * with…} methods.
 *
 * <p>Nothing is ever added to the prompt and nothing is cut from it. Messages become a prompt by
 * the model's chat template. Settings left open are filled from the model's {@link
 * GenerationDefaults}.
 */
public final class GenerationRequest {

  private final String prompt;
  private final List<ChatMessage> messages;
  private final @Nullable Route route;
  private final @Nullable Integer maxNewTokens;
  private final @Nullable Duration timeout;
  private final GenerationOptions options;
  private final boolean chunkPerToken;

  private GenerationRequest(
      String prompt,
      List<ChatMessage> messages,
      @Nullable Route route,
      @Nullable Integer maxNewTokens,
      @Nullable Duration timeout,
      GenerationOptions options,
      boolean chunkPerToken) {
    this.prompt = prompt;
    this.messages = messages;
    this.route = route;
    this.maxNewTokens = maxNewTokens;
    this.timeout = timeout;
    this.options = options;
    this.chunkPerToken = chunkPerToken;
  }

  /** A request for {@code prompt}, every setting left to the model's defaults. */
  public static GenerationRequest of(String prompt) {
    return new GenerationRequest(
        Objects.requireNonNull(prompt, "prompt"),
        List.of(),
        null,
        null,
        null,
        GenerationOptions.GREEDY,
        false);
  }

  /**
   * A request for the next turn of a conversation, every setting left to the model's defaults. The
   * chat template of the tokenizer that reads the prompt writes the messages, with the beginning of
   * the answer at the end. The ids are those of the written prompt: special tokens come from the
   * template alone, as with {@code apply_chat_template} of transformers. The template's special
   * tokens count in the messages, too; keep them out of texts from strangers.
   *
   * @throws InvalidRequestException if there are no messages
   */
  public static GenerationRequest ofChat(List<ChatMessage> messages) {
    if (messages.isEmpty()) {
      throw new InvalidRequestException("messages", "at least 1", 0);
    }
    return new GenerationRequest(
        "", List.copyOf(messages), null, null, null, GenerationOptions.GREEDY, false);
  }

  /** The same request, to be answered by {@code route}. */
  public GenerationRequest withRoute(Route route) {
    return new GenerationRequest(
        prompt,
        messages,
        Objects.requireNonNull(route, "route"),
        maxNewTokens,
        timeout,
        options,
        chunkPerToken);
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
    return new GenerationRequest(
        prompt, messages, route, maxNewTokens, timeout, options, chunkPerToken);
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
    return new GenerationRequest(
        prompt, messages, route, maxNewTokens, timeout, options, chunkPerToken);
  }

  /** The same request, its tokens chosen as {@code options} say. */
  public GenerationRequest withOptions(GenerationOptions options) {
    return new GenerationRequest(
        prompt,
        messages,
        route,
        maxNewTokens,
        timeout,
        Objects.requireNonNull(options, "options"),
        chunkPerToken);
  }

  /**
   * The same request, streamed in a chunk for each token that completes a character. Otherwise a
   * chunk has the text of all tokens of one native call.
   */
  public GenerationRequest withChunkPerToken() {
    return new GenerationRequest(prompt, messages, route, maxNewTokens, timeout, options, true);
  }

  /** Whether each token makes a chunk of its own. */
  public boolean chunkPerToken() {
    return chunkPerToken;
  }

  /** How tokens are chosen; greedily if not set. */
  public GenerationOptions options() {
    return options;
  }

  /** The prompt; empty where there are {@link #messages}. */
  public String prompt() {
    return prompt;
  }

  /** The conversation in place of a prompt; empty where there is a prompt. */
  public List<ChatMessage> messages() {
    return messages;
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
        + (messages.isEmpty() ? prompt.length() + " characters" : messages.size() + " messages")
        + ", route="
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
