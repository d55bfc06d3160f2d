package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.GenerationListener;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.RecordingListener;
import io.l2s.TextChunk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenerQueueTest {

  private final RecordingListener listener = new RecordingListener();
  private final List<String> calls = new ArrayList<>();
  private final ListenerQueue events =
      new ListenerQueue(listener, Runnable::run, () -> calls.add("broken"));

  @Test
  void dropsWhatComesAfterTheTerminalEvent() {
    events.chunk(new TextChunk("a"));
    events.fail(new ModelClosedException(), () -> calls.add("told"));
    events.chunk(new TextChunk("b"));
    events.fail(new ModelClosedException(), () -> calls.add("told twice"));
    assertThat(listener.chunks()).containsExactly("a");
    assertThat(listener.failure()).isInstanceOf(ModelClosedException.class);
    assertThat(calls).containsExactly("told");
  }

  @Test
  void aListenerThatFailedGetsNoChunkThatComesLater() {
    List<String> received = new ArrayList<>();
    GenerationListener broken =
        new GenerationListener() {
          @Override
          public void onChunk(TextChunk chunk) {
            received.add(chunk.text());
            throw new IllegalStateException("the listener is broken");
          }

          @Override
          public void onComplete(GenerationResult result) {}

          @Override
          public void onError(L2sException failure) {
            received.add("error");
          }
        };
    ListenerQueue toBroken = new ListenerQueue(broken, Runnable::run, () -> calls.add("broken"));
    toBroken.chunk(new TextChunk("a"));
    toBroken.chunk(new TextChunk("b"));
    toBroken.fail(new ModelClosedException(), () -> {});
    assertThat(received).containsExactly("a", "error");
    assertThat(calls).containsExactly("broken");
  }
}
