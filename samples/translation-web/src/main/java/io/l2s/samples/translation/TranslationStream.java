package io.l2s.samples.translation;

import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Sends one generation as server-sent events; a client that leaves stops the decoding. */
final class TranslationStream implements GenerationListener {

  private final SseEmitter emitter;

  TranslationStream(SseEmitter emitter) {
    this.emitter = emitter;
  }

  void start(HybridLanguageModel model, GenerationRequest request) {
    GenerationHandle handle = model.submit(request, this);
    emitter.onError(failure -> handle.cancel());
    emitter.onCompletion(handle::cancel);
  }

  @Override
  public void onChunk(TextChunk chunk) {
    // The exception of a broken connection reaches the model, which cancels the generation.
    send("chunk", chunk);
  }

  @Override
  public void onComplete(GenerationResult result) {
    try {
      send("done", Translation.of(result));
    } catch (DeadlinePassedException e) {
      send("problem", Problems.of(e));
    } finally {
      emitter.complete();
    }
  }

  @Override
  public void onError(L2sException failure) {
    try {
      send("problem", Problems.of(failure));
    } finally {
      emitter.complete();
    }
  }

  private void send(String name, Object data) {
    try {
      emitter.send(SseEmitter.event().name(name).data(data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
