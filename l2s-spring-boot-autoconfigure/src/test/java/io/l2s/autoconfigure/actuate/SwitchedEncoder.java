package io.l2s.autoconfigure.actuate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** An encoder that can be told to hang in its next call. */
final class SwitchedEncoder implements LlmEncoder {

  private final LlmEncoder delegate;
  private final BlockingQueue<Boolean> entered = new LinkedBlockingQueue<>();
  private volatile @Nullable CountDownLatch hold;

  SwitchedEncoder(LlmEncoder delegate) {
    this.delegate = delegate;
  }

  void hang() {
    hold = new CountDownLatch(1);
  }

  /** Returns when the call that hangs has begun. */
  void awaitHang() throws InterruptedException {
    entered.take();
  }

  void goOn() {
    CountDownLatch held = hold;
    hold = null;
    held.countDown();
  }

  @Override
  public NDArray encode(NDManager scope, TokenBatch prompts) {
    CountDownLatch held = hold;
    if (held != null) {
      entered.add(true);
      try {
        held.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return delegate.encode(scope, prompts);
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
  public Optional<LlmDecoder> decoder() {
    return delegate.decoder();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
