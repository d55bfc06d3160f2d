package io.l2s.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import io.l2s.ChatFormat;
import io.l2s.ChatMessage;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.LanguageModel;
import io.l2s.TextChunk;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * LangChain4j's view of an l2s model that streams; requests and failures are those of {@link
 * L2sChatModel}. The model's failures, a full queue among them, reach the handler; a request that
 * cannot be read is thrown. Cancelling by a response's handle stops the decoding, and the handler
 * then gets no further call. A handler that throws gets what it threw in {@code onError}.
 * Thread-safe.
 */
public final class L2sStreamingChatModel implements StreamingChatModel {

  private final LanguageModel model;
  private final ChatFormat format;

  /**
   * @param format how {@code model} takes conversations
   */
  public L2sStreamingChatModel(LanguageModel model, ChatFormat format) {
    this.model = model;
    this.format = format;
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    List<ChatMessage> messages = Requests.messages(request);
    Streaming streaming = new Streaming(handler, format.unread(messages));
    GenerationRequest read = read(messages, request);
    GenerationHandle handle;
    try {
      handle = model.submit(read, streaming);
    } catch (L2sException refusal) {
      handler.onError(Responses.exception(refusal));
      return;
    }
    streaming.started(handle);
  }

  private GenerationRequest read(List<ChatMessage> messages, ChatRequest request) {
    try {
      return Requests.withParameters(format.request(messages), request);
    } catch (L2sException invalid) {
      throw Responses.exception(invalid);
    }
  }

  private static final class Streaming implements GenerationListener, StreamingHandle {

    private final StreamingChatResponseHandler handler;
    private final int unread;
    private volatile boolean cancelled;
    private volatile @Nullable GenerationHandle generation;

    Streaming(StreamingChatResponseHandler handler, int unread) {
      this.handler = handler;
      this.unread = unread;
    }

    void started(GenerationHandle handle) {
      generation = handle;
      if (cancelled) {
        handle.cancel();
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
      GenerationHandle running = generation;
      if (running != null) {
        running.cancel();
      }
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void onChunk(TextChunk chunk) {
      if (cancelled) {
        return;
      }
      try {
        handler.onPartialResponse(
            new PartialResponse(chunk.text()), new PartialResponseContext(this));
      } catch (RuntimeException failure) {
        cancel();
        handler.onError(failure);
      }
    }

    @Override
    public void onComplete(GenerationResult result) {
      if (!cancelled) {
        handler.onCompleteResponse(Responses.of(result, unread));
      }
    }

    @Override
    public void onError(L2sException failure) {
      if (!cancelled) {
        handler.onError(Responses.exception(failure));
      }
    }
  }
}
