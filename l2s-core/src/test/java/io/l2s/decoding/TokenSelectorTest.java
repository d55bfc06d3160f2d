package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.GenerationOptions;
import io.l2s.OnEngine;
import io.l2s.model.ForcedTokens;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenSelectorTest extends OnEngine {

  private static final int VOCABULARY = 1_000;

  @Test
  void whoWantsAllTokensMakesNobodyElseFetchThem() {
    Search all = search(GenerationOptions.builder().topK(0).seed(1).build());
    Search greedy = search(GenerationOptions.builder().logprobs(true).build());
    Search beams = search(GenerationOptions.builder().numBeams(2).build());
    float[] logits = new float[4 * VOCABULARY];
    for (int row = 0; row < 4; row++) {
      logits[row * VOCABULARY + 7 + row] = 5;
    }

    TopTokens top = select(logits, List.of(greedy, all, beams));

    assertThat(top.width(0)).isEqualTo(top.width(2)).isEqualTo(top.width(3)).isLessThan(9);
    assertThat(top.width(1)).isEqualTo(VOCABULARY);
    for (int row = 0; row < 4; row++) {
      assertThat(top.id(row, 0)).isEqualTo(7 + row);
      assertThat(top.finite(row)).isTrue();
    }
  }

  @Test
  void ofEqualScoresTheFirstTokenLeadsHoweverManyAreWanted() {
    float[] logits = new float[VOCABULARY];
    for (int id = 990; id >= 90; id -= 100) {
      logits[id] = 3;
    }

    for (int wanted : new int[] {1, 2, 5, 300}) {
      Search search = search(GenerationOptions.builder().topK(wanted).seed(1).build());
      TopTokens top = select(logits, List.of(search));
      assertThat(top.id(0, 0)).isEqualTo(90);
      if (wanted > 10) {
        assertThat(List.of(top.id(0, 1), top.id(0, 2))).doesNotContain(90);
      }
    }
  }

  private static TopTokens select(float[] logits, List<Search> searches) {
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              TokenSelector selector = new TokenSelector(runtime::newScope)) {
            Shape shape = new Shape(logits.length / VOCABULARY, VOCABULARY);
            NDArray array = scope.create(logits, shape);
            return selector.select(scope, array, searches);
          }
        });
  }

  private static Search search(GenerationOptions options) {
    return new SearchSettings(
            options,
            Set.of(1),
            4,
            VOCABULARY,
            List.of(),
            List.of(),
            ForcedTokens.NONE,
            ids -> false,
            ids -> false,
            PromptDrafts.NONE)
        .start();
  }
}
