package io.l2s.decoding;

import static io.l2s.EarlyStopping.NEVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.l2s.FinishReason;
import io.l2s.GenerationOptions;
import io.l2s.model.ForcedTokens;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BeamTrackerTest {

  private static final int EOS = 0;

  @Test
  void nothingIsSettledBeforeTheEnd() {
    Search search = search(2, 3, 5);
    search.choose(step(2, 3), 0);
    assertThat(search.takeSettled()).isEmpty();
    assertThat(search.finishReason()).isEmpty();
  }

  @Test
  void beforeTheEndTheBestBeamIsTheAnswerSoFar() {
    Search search = search(2, 3, 5);
    assertThat(search.answers()).isEmpty();
    search.choose(step(2, 3), 0);
    assertThat(search.answers()).hasSize(1);
    assertThat(search.answers().get(0).ids()).hasSize(1);
  }

  @Test
  void theLimitEndsEveryBeam() {
    Search search = search(2, 3, 1);
    search.choose(step(2, 3), 0);
    assertThat(search.finishReason()).contains(FinishReason.EOS);
    assertThat(search.answers()).extracting(Search.Answer::ids).containsExactly(List.of(EOS));
    assertThat(search.takeSettled()).containsExactly(EOS);
    assertThat(search.takeSettled()).isEmpty();
  }

  @Test
  void noBeamIsFollowedTwiceWhereTheVocabularyIsSmall() {
    Search search = search(3, 3, 5);
    Search.Choice choice = search.choose(step(3, 3), 0).orElseThrow();
    assertThat(choice.tokens()).containsExactly(1, 2, 1);
    assertThat(choice.parents()).containsExactly(0, 0, 1);
  }

  /** A beam that continued behind its stop string, [1, 0], would score better than [1]. */
  @Test
  void aBeamThatHasStoppedGoesOnNoMore() {
    GenerationOptions options =
        GenerationOptions.builder().numBeams(2).numReturnSequences(2).earlyStopping(NEVER).build();
    Search search =
        new SearchSettings(
                options,
                Set.of(EOS),
                5,
                4,
                List.of(),
                List.of(),
                ForcedTokens.NONE,
                ids -> ids.get(ids.size() - 1) != 3,
                ids -> false,
                PromptDrafts.NONE)
            .start();
    search.choose(step(2, 4), 0);
    assertThat(search.finishReason()).isEmpty();
    for (int i = 0; i < 4 && search.finishReason().isEmpty(); i++) {
      search.choose(step(2, 4), 0);
    }
    assertThat(search.answers())
        .extracting(Search.Answer::ids)
        .containsExactly(List.of(EOS), List.of(1));
    assertThat(search.answers())
        .extracting(Search.Answer::end)
        .containsExactly(Optional.of(FinishReason.EOS), Optional.of(FinishReason.STOP));
  }

  @Test
  void aForcedPrefixCountsNeitherInTheSumNorInTheLength() {
    Search search =
        new SearchSettings(
                GenerationOptions.builder().numBeams(2).build(),
                Set.of(EOS),
                5,
                3,
                List.of(),
                List.of(2, 1),
                ForcedTokens.NONE,
                ids -> false,
                ids -> false,
                PromptDrafts.NONE)
            .start();
    for (int i = 0; i < 3; i++) {
      search.choose(step(2, 3), 0);
    }
    assertThat(search.answers().get(0).score().orElseThrow())
        .isCloseTo(Math.log(0.5), within(1e-6));
  }

  @Test
  void forcedIdsCostNothingAndCountInTheLength() {
    Search search =
        new SearchSettings(
                GenerationOptions.builder().numBeams(2).numReturnSequences(2).build(),
                Set.of(EOS),
                3,
                3,
                List.of(),
                List.of(),
                new ForcedTokens(OptionalInt.of(2), OptionalInt.of(EOS)),
                ids -> false,
                ids -> false,
                PromptDrafts.NONE)
            .start();
    assertThat(search.choose(step(2, 3), 0).orElseThrow().tokens()).containsExactly(2, 2);
    search.choose(step(2, 3), 0);
    search.choose(step(2, 3), 0);
    assertThat(search.answers())
        .extracting(Search.Answer::ids)
        .containsExactly(List.of(2, EOS), List.of(2, 1, EOS));
    assertThat(search.answers().get(1).score().orElseThrow())
        .isCloseTo(Math.log(0.25) / 3, within(1e-6));
    assertThat(search.finishReason()).contains(FinishReason.EOS);
  }

  private static Search search(int beams, int vocabulary, int maxNewTokens) {
    GenerationOptions options = GenerationOptions.builder().numBeams(beams).build();
    return new SearchSettings(
            options,
            Set.of(EOS),
            maxNewTokens,
            vocabulary,
            List.of(),
            List.of(),
            ForcedTokens.NONE,
            ids -> false,
            ids -> false,
            PromptDrafts.NONE)
        .start();
  }

  /** In each row the ids in order, each half as likely as the one before. */
  private static TopTokens step(int rows, int width) {
    float[] scores = new float[rows * width];
    long[] ids = new long[rows * width];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i % width;
      scores[i] = (float) (-Math.log(2) * (1 + i % width));
    }
    return new TopTokens(scores, ids, scores, new float[rows]);
  }
}
