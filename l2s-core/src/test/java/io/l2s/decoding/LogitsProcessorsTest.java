package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.GenerationOptions;
import io.l2s.model.ForcedTokens;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LogitsProcessorsTest {

  private static final int EOS = 1;

  @Test
  void anEndOfSequenceTokenIsNoBadWordByItself() {
    assertThat(banned(List.of(List.of(EOS), List.of(7)), List.of(5))).containsExactly(7);
  }

  @Test
  void anEndOfSequenceTokenAfterABadWordsBeginningIsBanned() {
    List<List<Integer>> words = List.of(List.of(5, EOS));
    assertThat(banned(words, List.of(5))).containsExactly(EOS);
    assertThat(banned(words, List.of(6))).isEmpty();
  }

  private static long[] banned(List<List<Integer>> badWords, List<Integer> generated) {
    SearchSettings settings =
        new SearchSettings(
            GenerationOptions.builder().badWordsIds(badWords).build(),
            Set.of(EOS),
            9,
            10,
            List.of(0),
            List.of(),
            ForcedTokens.NONE,
            ids -> false,
            ids -> false,
            PromptDrafts.NONE);
    LogitEdits edits = new LogitEdits();
    new LogitsProcessors(settings).edit(edits, 0, generated);
    return edits.ids();
  }
}
