package io.l2s.autoconfigure.resilience;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** An LLM that fails when a test says so. */
final class FaultyEncoder implements LlmEncoder {

  final AtomicInteger calls = new AtomicInteger();
  final AtomicInteger prefills = new AtomicInteger();
  volatile boolean encoderFails;
  volatile boolean decoderFails;
  private final LlmEncoder delegate;

  FaultyEncoder(LlmEncoder delegate) {
    this.delegate = delegate;
  }

  @Override
  public int width() {
    return delegate.width();
  }

  @Override
  public TokenEmbedder embeddings() {
    return delegate.embeddings();
  }

  @Override
  public NDArray encode(NDManager scope, TokenBatch prompts) {
    calls.incrementAndGet();
    if (encoderFails) {
      throw new IllegalStateException("injected in the LLM's encoder");
    }
    return delegate.encode(scope, prompts);
  }

  @Override
  public Optional<LlmDecoder> decoder() {
    return delegate.decoder().map(FaultyLlmDecoder::new);
  }

  @Override
  public void close() {
    delegate.close();
  }

  private final class FaultyLlmDecoder implements LlmDecoder {

    private final LlmDecoder own;

    FaultyLlmDecoder(LlmDecoder own) {
      this.own = own;
    }

    @Override
    public int vocabularySize() {
      return own.vocabularySize();
    }

    @Override
    public DecoderState prefill(NDArray h, TokenBatch prompts) {
      prefills.incrementAndGet();
      if (decoderFails) {
        throw new IllegalStateException("injected in the LLM's decoder");
      }
      return own.prefill(h, prompts);
    }
  }
}
