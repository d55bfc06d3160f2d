package io.l2s.serving;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The order of a running batch after some of its generations have left. The last generation with as
 * many rows fills a hole, so that nearly all rows keep their place. If none fits, the generations
 * behind the hole move up.
 *
 * @param generations numbers of the generations that stay, in their new order
 * @param rows the former rows of these generations, in the same order
 */
record RowOrder(List<Integer> generations, int[] rows) {

  /**
   * @param counts number of rows of each generation; its rows lie side by side
   * @param leaves whether each generation leaves
   */
  static RowOrder of(int[] counts, boolean[] leaves) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, counts.length).boxed().toList());
    int at = 0;
    while (at < order.size()) {
      if (leaves[order.get(at)]) {
        fill(order, at, counts, leaves);
      } else {
        at++;
      }
    }
    return new RowOrder(List.copyOf(order), rowsOf(order, counts));
  }

  private static void fill(List<Integer> order, int hole, int[] counts, boolean[] leaves) {
    for (int last = order.size() - 1; last > hole; last--) {
      int candidate = order.get(last);
      if (!leaves[candidate] && counts[candidate] == counts[order.get(hole)]) {
        order.set(hole, candidate);
        order.remove(last);
        return;
      }
    }
    order.remove(hole);
  }

  private static int[] rowsOf(List<Integer> order, int[] counts) {
    int[] first = Arrays.copyOf(counts, counts.length);
    Arrays.parallelPrefix(first, Integer::sum);
    return order.stream()
        .flatMapToInt(each -> IntStream.range(first[each] - counts[each], first[each]))
        .toArray();
  }
}
