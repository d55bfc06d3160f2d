package io.l2s.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommonSubsequenceTest {

  @Test
  void lengthAndIndicesAreThoseOfTheWholeTable() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      int words = 1 + random.nextInt(40);
      List<String> reference = sentence(random, random.nextInt(150), words);
      List<String> hypothesis = sentence(random, random.nextInt(150), words);
      BitSet expected = indicesByTable(reference, hypothesis);
      CommonSubsequence found = new CommonSubsequence(hypothesis);

      assertThat(found.length(reference)).isEqualTo(expected.cardinality());
      assertThat(found.indices(reference)).isEqualTo(expected);
    }
  }

  @Test
  void linesOfSixtyThousandWordsNeedNoTableOfTheirProduct() {
    // 14 GB would the table take.
    Random random = new Random(7);
    List<String> reference = sentence(random, 60_000, 20_000);
    List<String> hypothesis = new ArrayList<>(reference);
    hypothesis.subList(100, 200).clear();

    assertThat(CommonSubsequence.matches(List.of(reference), List.of(hypothesis)))
        .isEqualTo(59_900);
    assertThat(new CommonSubsequence(hypothesis).indices(reference).cardinality())
        .isEqualTo(59_900);
    String text = String.join(" ", reference);
    assertThat(new Rouge(Rouge.Variant.SUBSEQUENCE).statistics(text, List.of(text)))
        .containsExactly(1, 1);
    assertThat(
            new Rouge(Rouge.Variant.SUMMARY)
                .statistics(text + "\nand more", List.of(text + "\nand more")))
        .containsExactly(1, 1);
  }

  // As rouge_scorer does it.
  private static BitSet indicesByTable(List<String> reference, List<String> hypothesis) {
    int[][] length = new int[reference.size() + 1][hypothesis.size() + 1];
    for (int i = 1; i <= reference.size(); i++) {
      for (int j = 1; j <= hypothesis.size(); j++) {
        length[i][j] =
            reference.get(i - 1).equals(hypothesis.get(j - 1))
                ? length[i - 1][j - 1] + 1
                : Math.max(length[i - 1][j], length[i][j - 1]);
      }
    }
    BitSet indices = new BitSet();
    int i = reference.size();
    int j = hypothesis.size();
    while (i > 0 && j > 0) {
      if (reference.get(i - 1).equals(hypothesis.get(j - 1))) {
        indices.set(i - 1);
        i--;
        j--;
      } else if (length[i][j - 1] > length[i - 1][j]) {
        j--;
      } else {
        i--;
      }
    }
    return indices;
  }

  private static List<String> sentence(Random random, int length, int words) {
    return IntStream.range(0, length).mapToObj(i -> "w" + random.nextInt(words)).toList();
  }
}
