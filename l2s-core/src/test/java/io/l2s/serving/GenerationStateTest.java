package io.l2s.serving;

import static io.l2s.serving.GenerationState.DECODING;
import static io.l2s.serving.GenerationState.DECODING_ALONE;
import static io.l2s.serving.GenerationState.FAILED;
import static io.l2s.serving.GenerationState.FINISHED;
import static io.l2s.serving.GenerationState.PREFILLING;
import static io.l2s.serving.GenerationState.PREFILLING_ALONE;
import static io.l2s.serving.GenerationState.WAITING;
import static io.l2s.serving.GenerationState.WAITING_ALONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GenerationStateTest {

  private record Change(GenerationState from, GenerationState to) {}

  private static final Set<Change> LEGAL =
      Set.of(
          new Change(WAITING, PREFILLING),
          new Change(WAITING, FINISHED),
          new Change(WAITING, FAILED),
          new Change(PREFILLING, WAITING),
          new Change(PREFILLING, DECODING),
          new Change(PREFILLING, FINISHED),
          new Change(PREFILLING, FAILED),
          new Change(DECODING, WAITING_ALONE),
          new Change(DECODING, FINISHED),
          new Change(DECODING, FAILED),
          new Change(WAITING_ALONE, PREFILLING_ALONE),
          new Change(WAITING_ALONE, FINISHED),
          new Change(WAITING_ALONE, FAILED),
          new Change(PREFILLING_ALONE, DECODING_ALONE),
          new Change(PREFILLING_ALONE, FINISHED),
          new Change(PREFILLING_ALONE, FAILED),
          new Change(DECODING_ALONE, FINISHED),
          new Change(DECODING_ALONE, FAILED));

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
        .hasMessage("a generation cannot change from " + change.from() + " to " + change.to());
  }

  static Stream<Change> illegal() {
    return Arrays.stream(GenerationState.values())
        .flatMap(from -> Arrays.stream(GenerationState.values()).map(to -> new Change(from, to)))
        .filter(change -> !LEGAL.contains(change));
  }
}
