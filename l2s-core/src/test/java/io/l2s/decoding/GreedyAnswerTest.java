package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.FinishReason;
import io.l2s.model.DecoderState;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GreedyAnswerTest {

  @Test
  void endsAtTheFirstOfSeveralEndOfSequenceIds() {
    GreedyAnswer answer = new GreedyAnswer(Set.of(1, 2), 10);
    assertThat(answer.append(new int[] {7, 8})).containsExactly(7, 8);
    assertThat(answer.finishReason()).isEmpty();
    assertThat(answer.append(new int[] {9, 2, 1, 5})).containsExactly(9, 2);
    assertThat(answer.finishReason()).contains(FinishReason.EOS);
    assertThat(answer.ids()).containsExactly(7, 8, 9, 2);
  }

  @Test
  void endsAtItsLimit() {
    GreedyAnswer answer = new GreedyAnswer(Set.of(1), 3);
    assertThat(answer.append(new int[] {7, 8, 9, 6})).containsExactly(7, 8, 9);
    assertThat(answer.finishReason()).contains(FinishReason.LENGTH);
  }

  @Test
  void anEndOfSequenceIdAtTheLimitCountsAsEndOfSequence() {
    GreedyAnswer answer = new GreedyAnswer(Set.of(1), 2);
    answer.append(new int[] {7, 1});
    assertThat(answer.finishReason()).contains(FinishReason.EOS);
  }

  @Test
  void keepsTheIdsBeforeItBreaks() {
    GreedyAnswer answer = new GreedyAnswer(Set.of(1), 9);
    assertThat(answer.append(new int[] {7, DecoderState.NOT_FINITE, 8})).containsExactly(7);
    assertThat(answer.broken()).isTrue();
    assertThat(answer.append(new int[] {8})).isEmpty();
  }

  @Test
  void numbersThatGoBadAfterTheEndDoNoHarm() {
    GreedyAnswer answer = new GreedyAnswer(Set.of(1), 9);
    answer.append(new int[] {7, 1, DecoderState.NOT_FINITE});
    assertThat(answer.broken()).isFalse();
  }

  @Test
  void aBatchTakesNoMoreStepsThanItsFullestAnswerHasRoomFor() {
    GreedyAnswer roomy = new GreedyAnswer(Set.of(1), 100);
    GreedyAnswer full = new GreedyAnswer(Set.of(1), 5);
    full.append(new int[] {7, 7, 7});
    assertThat(GreedyAnswer.steps(List.of(roomy), 4)).isEqualTo(4);
    assertThat(GreedyAnswer.steps(List.of(roomy, full), 4)).isEqualTo(2);
  }
}
