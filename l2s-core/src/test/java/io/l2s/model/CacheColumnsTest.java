package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CacheColumnsTest {

  private static final int ALL = Integer.MAX_VALUE;

  @Test
  void withoutAWindowColumnsStayFromTheFirstRowsStart() {
    CacheColumns columns = new CacheColumns(7, 1_000, ALL);
    assertThat(columns.low()).isEqualTo(7);
    assertThat(columns.firstKept()).isEqualTo(7);
    assertThat(columns.kept()).isEqualTo(993);
    assertThat(columns.mostTakenBack()).isEqualTo(ALL);
  }

  @Test
  void aWindowLeavesColumnsBehindOfWhichSomeStay() {
    CacheColumns columns = new CacheColumns(7, 1_000, 100);
    assertThat(columns.low()).isEqualTo(901);
    assertThat(columns.firstKept()).isEqualTo(901 - columns.mostTakenBack());
    assertThat(columns.kept()).isLessThanOrEqualTo(CacheColumns.kept(100));
  }

  @Test
  void aWindowThatIsNotFullLeavesNothingBehind() {
    assertThat(new CacheColumns(7, 50, 100).low()).isEqualTo(7);
  }

  @Test
  void capacityHasAQuarterMoreThanIsUsedAndNeverTooLittle() {
    assertThat(CacheColumns.capacityFor(0)).isEqualTo(CacheColumns.FIRST_CAPACITY);
    assertThat(CacheColumns.capacityFor(1_000)).isEqualTo(1_250);
    assertThatThrownBy(() -> CacheColumns.capacityFor(ALL)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aCacheIsWastefulAboveTwiceItsNeed() {
    CacheColumns columns = new CacheColumns(0, 100, ALL);
    long need = 3 * (20 + columns.capacityWith(1));
    assertThat(columns.isWasteful(2 * need, 3, 20)).isFalse();
    assertThat(columns.isWasteful(2 * need + 1, 3, 20)).isTrue();
    assertThat(columns.isWasteful(2 * need + 1, 0, 20)).isFalse();
  }
}
