package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.FinishReason;
import io.l2s.GenerationOptions;
import io.l2s.model.DecoderState;
import io.l2s.model.ForcedTokens;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GreedySearchTest {

  private static final ForcedTokens FORCED = new ForcedTokens(OptionalInt.of(9), OptionalInt.of(2));

  private final GreedySearch answer = search(ForcedTokens.NONE, 5);

  private static GreedySearch search(ForcedTokens forced, int maxNewTokens) {
    return (GreedySearch)
        new SearchSettings(
                GenerationOptions.GREEDY,
                Set.of(1, 2),
                maxNewTokens,
                10,
                List.of(),
                List.of(),
                forced,
                ids -> false,
                ids -> false,
                PromptDrafts.NONE)
            .start();
  }

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

  @Test
  void theForcedFirstIdIsChosenInAStepAndTheForcedLastAtTheLimit() {
    GreedySearch forced = search(FORCED, 4);
    assertThat(forced.takesRuns()).isFalse();
    assertThat(forced.choose(best(5), 0).orElseThrow().tokens()).containsExactly(9);
    assertThat(forced.takesRuns()).isTrue();
    forced.append(new int[] {3, 4, 5, 6});
    assertThat(forced.takeSettled()).containsExactly(9, 3, 4, 2);
    assertThat(forced.finishReason()).contains(FinishReason.EOS);
  }

  @Test
  void aSearchThatStartsOverKeepsTheForcedLastId() {
    GreedySearch forced = search(FORCED, 3);
    forced.choose(best(5), 0);
    GreedySearch again = (GreedySearch) forced.restarted();
    again.choose(best(5), 0);
    again.append(new int[] {3, 4});
    assertThat(again.takeSettled()).containsExactly(9, 3, 2);
  }

  @Test
  void anAnswerOfOneIdIsTheForcedLastOne() {
    GreedySearch forced = search(FORCED, 1);
    forced.append(new int[] {3});
    assertThat(forced.takeSettled()).containsExactly(2);
  }

  private static TopTokens best(long id) {
    return new TopTokens(new float[1], new long[] {id}, new float[1], new float[1]);
  }
}
