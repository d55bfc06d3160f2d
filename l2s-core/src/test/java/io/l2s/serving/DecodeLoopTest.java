package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.l2s.ModelClosedException;
import io.l2s.ServingOptions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DecodeLoopTest {

  @Test
  void everyCallerIsToldThatTheNativeThreadHasEnded() {
    DecodeLoop loop =
        new DecodeLoop(
            new EndedThread(),
            new WaitingQueue(1, 4, new ServiceTimes()),
            null,
            null,
            null,
            ServingOptions.STANDARD,
            ThreadPlan.UNCHANGED,
            new ServiceTimes(),
            () -> 0);
    assertThatThrownBy(loop::wake).isInstanceOf(ModelClosedException.class);
    assertThatThrownBy(loop::wake).isInstanceOf(ModelClosedException.class);
  }

  private static final class EndedThread implements NativeThread {

    @Override
    public void execute(Runnable work) {
      throw new ModelClosedException();
    }

    @Override
    public CompletableFuture<Void> submit(Runnable work) {
      throw new ModelClosedException();
    }

    @Override
    public NDManager newScope() {
      throw new AssertionError("nothing runs");
    }
  }
}
