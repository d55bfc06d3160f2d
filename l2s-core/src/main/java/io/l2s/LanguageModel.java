package io.l2s;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Generates text from prompts. Implementations are thread-safe; any number of threads may call.
 *
 * <p>{@link #submit} is the one primitive. The other methods call it, so a decorator or a test
 * double implements one method.
 */
public interface LanguageModel extends AutoCloseable {

  /**
   * Checks the request and queues it; returns at once.
   *
   * @throws InvalidRequestException if the request is malformed, too long or asks for a route that
   *     is not there
   * @throws QueueFullException if as many requests wait as the queue holds, or those that wait are
   *     expected to take longer than this request may
   * @throws ModelClosedException if the model was closed
   * @throws ModelUnresponsiveException while a native call lasts longer than it may
   * @throws WeightsChangedException once a mapped file of weights has been written to
   */
  GenerationHandle submit(GenerationRequest request, GenerationListener listener);

  /** Frees the model; running generations end with {@link ModelClosedException}. */
  @Override
  void close();

  /** Answers {@code prompt} with the model's defaults; see {@link #generate(GenerationRequest)}. */
  default GenerationResult generate(String prompt) {
    return generate(GenerationRequest.of(prompt));
  }

  /**
   * Answers the last of {@code messages} with the model's defaults; see {@link
   * GenerationRequest#ofChat}.
   *
   * @throws ChatTemplateException if the model's chat template cannot be run
   * @throws InvalidRequestException if the model has no chat template or it refuses the messages
   */
  default GenerationResult chat(List<ChatMessage> messages) {
    return generate(GenerationRequest.ofChat(messages));
  }

  /**
   * Answers {@code request} and waits for the end. Interrupting the waiting thread cancels the
   * generation.
   *
   * @throws L2sException as {@link #submit} or if the generation fails
   */
  default GenerationResult generate(GenerationRequest request) {
    return GenerationFuture.join(generateAsync(request));
  }

  /**
   * Answers {@code prompt} in the background with the model's defaults; see {@link
   * #generateAsync(GenerationRequest)}.
   */
  default CompletableFuture<GenerationResult> generateAsync(String prompt) {
    return generateAsync(GenerationRequest.of(prompt));
  }

  /**
   * Answers {@code request} in the background. Decoding stops when the future ends early, by {@code
   * cancel}, {@code orTimeout} or otherwise.
   *
   * @throws L2sException as {@link #submit}; a failure after that completes the future
   */
  default CompletableFuture<GenerationResult> generateAsync(GenerationRequest request) {
    return GenerationFuture.submit(this, request);
  }

  /**
   * Answers {@code prompt} piece by piece with the model's defaults; see {@link
   * #stream(GenerationRequest)}.
   */
  default GenerationStream stream(String prompt) {
    return stream(GenerationRequest.of(prompt));
  }

  /** Answers {@code request} piece by piece; closing the stream stops decoding. */
  default GenerationStream stream(GenerationRequest request) {
    return GenerationStream.submit(this, request);
  }

  /**
   * Answers every request and returns the results in the same order. It waits while the queue is
   * full or too long for a request's deadline. The first failure, in the order of the requests,
   * cancels the rest and is thrown.
   *
   * @throws QueueFullException if other callers fill the queue, or make it too long for a deadline,
   *     while it holds none of these requests
   */
  default List<GenerationResult> generateAll(List<GenerationRequest> requests) {
    return GenerationFuture.submitAll(this, requests);
  }
}
