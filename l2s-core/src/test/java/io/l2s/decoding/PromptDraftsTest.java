package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.PromptLookup;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The tokens behind the first occurrence of the last ones, as transformers proposes them. */
class PromptDraftsTest {

  private static final int EOS = 1;
  private static final int VOCABULARY = 100;
  private static final int MANY = 50;

  @Test
  void theTokensBehindTheLastTwoInThePromptAreTheDraft() {
    PromptDrafts drafts = drafts(3, 2, 10, 11, 12, 13, 14, 15);
    assertThat(drafts.after(List.of(20, 11, 12), MANY)).containsExactly(13, 14, 15);
    assertThat(drafts.after(List.of(20, 10, 11), MANY)).containsExactly(12, 13, 14);
  }

  @Test
  void moreMatchingTokensGoBeforeAnEarlierMatchOfFewer() {
    PromptDrafts drafts = drafts(2, 2, 12, 50, 51, 11, 12, 60, 61);
    assertThat(drafts.after(List.of(11, 12), MANY)).containsExactly(60, 61);
    assertThat(drafts.after(List.of(70, 12), MANY)).containsExactly(50, 51);
  }

  @Test
  void noMoreTokensAreMatchedThanTheSettingSays() {
    assertThat(drafts(1, 1, 12, 50, 11, 12, 60).after(List.of(11, 12), MANY)).containsExactly(50);
    assertThat(drafts(1, 3, 9, 11, 12, 50, 8, 11, 12, 60).after(List.of(8, 11, 12), MANY))
        .containsExactly(60);
  }

  @Test
  void theFirstOfSeveralOccurrencesCounts() {
    assertThat(drafts(1, 2, 11, 12, 50, 11, 12, 60).after(List.of(11, 12), MANY))
        .containsExactly(50);
  }

  @Test
  void anOccurrenceMayReachFromThePromptIntoTheAnswer() {
    assertThat(drafts(2, 3, 12, 50, 10, 11).after(List.of(12, 60, 70, 10, 11, 12), MANY))
        .containsExactly(60, 70);
  }

  @Test
  void theAnswerIsLookedUpBehindThePrompt() {
    assertThat(drafts(2, 2, 10, 11).after(List.of(20, 21, 22, 20, 21), MANY))
        .containsExactly(22, 20);
    assertThat(drafts(2, 2).after(List.of(20, 21, 22, 20, 21), MANY)).containsExactly(22, 20);
  }

  @Test
  void theTokensBehindThePromptsLastOnesAreDraftedBeforeTheAnswerBegins() {
    assertThat(drafts(2, 2, 10, 11, 12, 13, 10, 11).after(List.of(), MANY)).containsExactly(12, 13);
  }

  @Test
  void aDraftMayEndWithTheTextAndIsShorterThen() {
    assertThat(drafts(8, 2).after(List.of(20, 20), MANY)).containsExactly(20);
  }

  @Test
  void theCallerBoundsTheDraft() {
    PromptDrafts drafts = drafts(8, 2, 10, 11, 12, 13, 14, 15);
    assertThat(drafts.after(List.of(10), 2)).containsExactly(11, 12);
    assertThat(drafts.after(List.of(10), 0)).isEmpty();
  }

  @Test
  void aDraftEndsBeforeAnEndOfSequence() {
    assertThat(drafts(8, 2, 10, 11, EOS, 12).after(List.of(10), MANY)).containsExactly(11);
    assertThat(drafts(8, 2, 10, EOS, 12).after(List.of(10), MANY)).isEmpty();
  }

  @Test
  void aDraftEndsBeforeAnIdThatTheModelDoesNotScore() {
    assertThat(drafts(8, 2, 10, 11, VOCABULARY, 12).after(List.of(10), MANY)).containsExactly(11);
  }

  @Test
  void withoutAnEarlierOccurrenceThereIsNoDraft() {
    assertThat(drafts(8, 2, 10, 11, 12).after(List.of(20), MANY)).isEmpty();
    assertThat(drafts(8, 2, 10).after(List.of(), MANY)).isEmpty();
    assertThat(drafts(8, 2).after(List.of(), MANY)).isEmpty();
  }

  @Test
  void noneDraftsNothing() {
    assertThat(PromptDrafts.NONE.after(List.of(10, 10, 10), MANY)).isEmpty();
  }

  private static PromptDrafts drafts(int tokens, int ngram, int... prompt) {
    return new PromptDrafts(new PromptLookup(tokens, ngram), prompt, VOCABULARY, Set.of(EOS));
  }
}
