package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DraftLengthTest {

  @Test
  void aCheapDrafterDraftsMoreThanADearOne() {
    assertThat(new DraftLength(0.05).next()).isGreaterThan(new DraftLength(0.3).next());
    assertThat(new DraftLength(0.9).next()).isEqualTo(1);
  }

  @Test
  void draftsThatStandBecomeAsLongAsTheyMay() {
    DraftLength length = new DraftLength(0.1);
    for (int i = 0; i < 20; i++) {
      length.record(length.next(), length.next());
    }
    assertThat(length.next()).isEqualTo(DraftLength.LONGEST);
  }

  @Test
  void draftsThatFallBecomeShortAndGrowAgainOnceTheyStand() {
    DraftLength length = new DraftLength(0.1);
    int first = length.next();
    for (int i = 0; i < 20; i++) {
      length.record(length.next(), 0);
    }
    assertThat(length.next()).isEqualTo(1);
    for (int i = 0; i < 20; i++) {
      length.record(length.next(), length.next());
    }
    assertThat(length.next()).isGreaterThan(first);
  }

  @Test
  void draftsByLookupAreAtMostAsLongAsTheSettingSays() {
    for (int longest : new int[] {1, 3, 20}) {
      DraftLength length = DraftLength.ofLookup(longest);
      assertThat(length.next()).isBetween(1, longest);
      for (int i = 0; i < 40; i++) {
        length.record(length.next(), length.next());
      }
      assertThat(length.next()).isEqualTo(longest);
    }
  }

  @Test
  void aCostThatIsNoneIsRefused() {
    assertThatThrownBy(() -> new DraftLength(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("draftCost must be above 0, but was 0.0");
    assertThatThrownBy(() -> new DraftLength(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
