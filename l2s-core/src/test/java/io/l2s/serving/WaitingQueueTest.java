package io.l2s.serving;

import static io.l2s.serving.QueueState.CLOSED;
import static io.l2s.serving.QueueState.OPEN;
import static io.l2s.serving.QueueState.REFUSING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.ModelClosedException;
import io.l2s.ModelUnresponsiveException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** When the queue takes newcomers. */
class WaitingQueueTest {

  private record Change(QueueState from, QueueState to) {}

  private static final Set<Change> LEGAL =
      Set.of(
          new Change(OPEN, REFUSING),
          new Change(OPEN, CLOSED),
          new Change(REFUSING, OPEN),
          new Change(REFUSING, CLOSED));

  private final WaitingQueue queue = new WaitingQueue(1, 4, new ServiceTimes());

  private void refuse() {
    queue.refuse(() -> new ModelUnresponsiveException(Duration.ofSeconds(60)));
  }

  @Test
  void itTakesNewcomersAgainAfterItRefusedThem() {
    refuse();
    assertThatThrownBy(queue::requireOpen).isInstanceOf(ModelUnresponsiveException.class);
    queue.admitAgain();
    assertThatCode(queue::requireOpen).doesNotThrowAnyException();
  }

  @Test
  void itNeverOpensAgainOnceItIsClosed() {
    queue.close();
    queue.admitAgain();
    assertThatThrownBy(queue::requireOpen).isInstanceOf(ModelClosedException.class);
    refuse();
    assertThatThrownBy(queue::requireOpen).isInstanceOf(ModelClosedException.class);
    assertThat(queue.close()).isEmpty();
  }

  @Test
  void itClosesWhileItRefuses() {
    refuse();
    queue.close();
    assertThatThrownBy(queue::requireOpen).isInstanceOf(ModelClosedException.class);
  }

  @Test
  void itDoesNotOpenOrRefuseTwice() {
    assertThatThrownBy(queue::admitAgain)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the queue cannot change from OPEN to OPEN");
    refuse();
    assertThatThrownBy(this::refuse)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the queue cannot change from REFUSING to REFUSING");
  }

  @ParameterizedTest
  @MethodSource("legal")
  void aLegalChangeIsMade(Change change) {
    assertThat(change.from().to(change.to())).isEqualTo(change.to());
  }

  static Stream<Change> legal() {
    return LEGAL.stream();
  }

  @ParameterizedTest
  @MethodSource("illegal")
  void anIllegalChangeIsRefusedNamingBothStates(Change change) {
    assertThatThrownBy(() -> change.from().to(change.to()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the queue cannot change from " + change.from() + " to " + change.to());
  }

  static Stream<Change> illegal() {
    return Arrays.stream(QueueState.values())
        .flatMap(from -> Arrays.stream(QueueState.values()).map(to -> new Change(from, to)))
        .filter(change -> !LEGAL.contains(change));
  }
}
