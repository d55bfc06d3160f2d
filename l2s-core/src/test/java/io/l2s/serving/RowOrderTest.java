package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowOrderTest {

  private static boolean[] leaving(int generations, int... leaving) {
    boolean[] leaves = new boolean[generations];
    for (int each : leaving) {
      leaves[each] = true;
    }
    return leaves;
  }

  private static void assertOrder(RowOrder order, int[] generations, int[] rows) {
    assertThat(order.generations().stream().mapToInt(Integer::intValue).toArray())
        .isEqualTo(generations);
    assertThat(order.rows()).isEqualTo(rows);
  }

  @Test
  void theLastOnesFillTheHolesAndAllOthersKeepTheirPlace() {
    RowOrder order = RowOrder.of(new int[] {1, 1, 1, 1, 1}, leaving(5, 0, 2));
    assertOrder(order, new int[] {4, 1, 3}, new int[] {4, 1, 3});
  }

  @Test
  void thoseThatLeaveAtTheEndMoveNobody() {
    RowOrder order = RowOrder.of(new int[] {1, 1, 1, 1}, leaving(4, 2, 3));
    assertOrder(order, new int[] {0, 1}, new int[] {0, 1});
  }

  @Test
  void aHoleOfSeveralRowsIsFilledByTheLastOfAsMany() {
    RowOrder order = RowOrder.of(new int[] {3, 1, 3, 1}, leaving(4, 0));
    assertOrder(order, new int[] {2, 1, 3}, new int[] {4, 5, 6, 3, 7});
  }

  @Test
  void whereNoneFitsThoseBehindMoveUp() {
    RowOrder order = RowOrder.of(new int[] {1, 4, 1, 2}, leaving(4, 1));
    assertOrder(order, new int[] {0, 2, 3}, new int[] {0, 5, 6, 7});
  }

  @Test
  void whenAllLeaveNoneIsLeft() {
    assertOrder(RowOrder.of(new int[] {2, 1}, leaving(2, 0, 1)), new int[0], new int[0]);
  }
}
