package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.ModelClosedException;
import io.l2s.RecordingListener;
import io.l2s.TextChunk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailboxTest {

  private final RecordingListener listener = new RecordingListener();
  private final List<String> calls = new ArrayList<>();
  private final Mailbox mailbox = new Mailbox(listener, Runnable::run, () -> calls.add("broken"));

  @Test
  void dropsWhatComesAfterTheTerminalEvent() {
    mailbox.chunk(new TextChunk("a"));
    mailbox.fail(new ModelClosedException(), () -> calls.add("told"));
    mailbox.chunk(new TextChunk("b"));
    mailbox.fail(new ModelClosedException(), () -> calls.add("told twice"));
    assertThat(listener.chunks()).containsExactly("a");
    assertThat(listener.failure()).isInstanceOf(ModelClosedException.class);
    assertThat(calls).containsExactly("told");
  }
}
