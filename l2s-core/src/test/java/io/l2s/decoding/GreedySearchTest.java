package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.FinishReason;
import io.l2s.model.DecoderState;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GreedySearchTest {

  private final GreedySearch answer = new GreedySearch(Set.of(1, 2), 5);

  @Test
  void idsAreSettledAsTheyCome() {
    answer.append(new int[] {7, 8});
    assertThat(answer.takeSettled()).containsExactly(7, 8);
    answer.append(new int[] {9});
    assertThat(answer.takeSettled()).containsExactly(9);
    assertThat(answer.answers().get(0).ids()).isEqualTo(List.of(7, 8, 9));
    assertThat(answer.finishReason()).isEmpty();
    assertThat(answer.remaining()).isEqualTo(2);
  }

  @Test
  void anyEndOfSequenceIdEndsItAndTheRestIsDropped() {
    answer.append(new int[] {7, 2, 9});
    assertThat(answer.takeSettled()).containsExactly(7, 2);
    assertThat(answer.finishReason()).contains(FinishReason.EOS);
  }

  @Test
  void theLimitEndsItAndTheRestIsDropped() {
    answer.append(new int[] {3, 4, 5, 6, 7, 8, 9});
    assertThat(answer.takeSettled()).containsExactly(3, 4, 5, 6, 7);
    assertThat(answer.finishReason()).contains(FinishReason.LENGTH);
  }

  @Test
  void numbersThatAreNotFiniteBreakItAndWhatCameBeforeStands() {
    answer.append(new int[] {3, DecoderState.NOT_FINITE, 4});
    assertThat(answer.takeSettled()).containsExactly(3);
    assertThat(answer.hasNonFiniteLogits()).isTrue();
    assertThat(answer.finishReason()).isEmpty();
  }
}
