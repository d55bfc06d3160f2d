package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void theMedianOfAnOddNumberIsTheMiddleOne() {
    assertThat(Spread.of(9, 1, 2)).isEqualTo(new Spread(2, 1, 9));
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
    assertThat(Spread.of(9, 1, 4, 2)).isEqualTo(new Spread(3, 1, 9));
  }

  @Test
  void oneMeasurementIsShownOnce() {
    assertThat(Spread.of(6.05)).hasToString("6.05");
    assertThat(Spread.of(6, 7)).hasToString("6.50 (6.00-7.00)");
  }
}
