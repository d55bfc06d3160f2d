package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link DecoderState}, which every implementation keeps, test doubles included.
 * Implementers extend this class, or {@link RewindableStateContract} where the state takes tokens
 * back.
 */
public abstract class DecoderStateContract extends ScriptedStates {

  /** More steps than a cache has room for at first, several times over. */
  private static final int LONG = 150;

  @Test
  void aFreshStateHasOneRowForEachPrompt() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 0, 1, 2)) {
            assertThat(state.size()).isEqualTo(3);
            assertThat(state.asRewindable().isPresent()).isEqualTo(takesTokensBack());
          }
        });
  }

  @Test
  void oneStepGivesFiniteLogitsOfTheWholeVocabulary() {
    onNativeThread(
        scope -> {
          NDArray logits;
          try (DecoderState state = start(scope, 0, 1)) {
            logits = state.decodeOne(scope);
          }
          // The caller's scope owns them; the closed state takes nothing away.
          assertThat(logits.getShape()).isEqualTo(new Shape(2, vocabularySize()));
          assertThat(logits.getDataType()).isEqualTo(DataType.FLOAT32);
          assertThat(Float.isFinite(logits.sum().getFloat())).isTrue();
        });
  }

  @Test
  void manyStepsGiveTheBestTokenOfEachSingleStep() {
    onNativeThread(
        scope -> {
          List<List<Integer>> ids;
          try (DecoderState state = start(scope, 0, 1, 2)) {
            ids = decode(state, 12);
          }
          assertGreedy(scope, ids, 0, 1, 2);
        });
  }

  @Test
  void greedyStepsAndChosenOnesMayTakeTurns() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 0);
              DecoderState single = start(scope, 0)) {
            force(state, 0, 4, 0);
            force(single, 0, 4, 0);
            int[] ids = state.decodeMany(3)[0];
            for (int id : ids) {
              single.decodeOne(scope);
              single.choose(new int[] {id});
            }
            assertSame(force(state, 4, 1, 0)[0], force(single, 4, 1, 0)[0]);
          }
        });
  }

  @Test
  void rowsDecodeAsIfAlone() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 0, 1, 2, 0)) {
            float[][] rows = force(state, 0, 20, 0, 1, 2, 0);
            assertThat(rows).hasNumberOfRows(4);
            assertAlone(scope, rows, 0, 20, 0, 1, 2, 0);
          }
        });
  }

  @Test
  void aLongAnswerIsTheSameHoweverItsStepsAreDivided() {
    onNativeThread(
        scope -> {
          List<List<Integer>> whole;
          List<List<Integer>> divided;
          try (DecoderState state = start(scope, 0, 1)) {
            whole = decode(state, LONG);
          }
          try (DecoderState state = start(scope, 0, 1)) {
            divided = decode(state, 1, 62, 2, 7, LONG - 72);
          }
          assertGreedy(scope, whole, 0, 1);
          assertGreedy(scope, divided, 0, 1);
        });
  }

  @Test
  void aBatchOutgrowsItsFirstRoomAsIfEachRowWereAlone() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 0)) {
            force(state, 0, 50, 0);
            state.append(start(scope, 1));
            float[][] rows = force(state, 50, LONG - 50, 0, 1);
            assertSame(rows[0], alone(scope, 0, 0, LONG));
            assertSame(rows[1], alone(scope, 1, 50, LONG));
          }
        });
  }

  @Test
  void reorderKeepsRepeatsAndDropsRows() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 0, 1, 2)) {
            force(state, 0, 4, 0, 1, 2);
            state.reorder(new int[] {2, 0, 2, 0, 0});
            assertThat(state.size()).isEqualTo(5);
            assertAlone(scope, force(state, 4, 6, 2, 0, 2, 0, 0), 0, 10, 2, 0, 2, 0, 0);

            state.reorder(new int[] {1});
            assertThat(state.size()).isEqualTo(1);
            assertAlone(scope, force(state, 10, 6, 0), 0, 16, 0);
          }
        });
  }

  @Test
  void reorderMayComeBetweenAStepAndItsChoice() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 0, 1)) {
            force(state, 0, 4, 0, 1);
            state.decodeOne(scope);
            state.reorder(new int[] {1, 0, 1});
            state.choose(tokens(4, 1, 0, 1));
            assertAlone(scope, force(state, 5, 6, 1, 0, 1), 0, 11, 1, 0, 1);
          }
        });
  }

  @Test
  void copiesOfARowGoTheirOwnWays() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 0);
              DecoderState left = start(scope, 0);
              DecoderState right = start(scope, 0)) {
            state.reorder(new int[] {0, 0});
            float[][] rows = force(state, 0, 9, 1, 2);
            assertSame(rows[0], force(left, 0, 9, 1)[0]);
            assertSame(rows[1], force(right, 0, 9, 2)[0]);
          }
        });
  }

  @Test
  void appendedSequencesContinueBesideThePresentOnes() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 0)) {
            force(state, 0, 5, 0);
            state.append(start(scope, 2));
            force(state, 5, 7, 0, 2);
            DecoderState reordered = start(scope, 0, 1);
            reordered.reorder(new int[] {1, 0});
            state.append(reordered);
            assertThat(state.size()).isEqualTo(4);
            float[][] rows = force(state, 12, 8, 0, 2, 1, 0);

            assertSame(rows[0], alone(scope, 0, 0, 20));
            assertSame(rows[1], alone(scope, 2, 5, 20));
            assertSame(rows[2], alone(scope, 1, 12, 20));
            assertSame(rows[3], alone(scope, 0, 12, 20));
          }
        });
  }

  @Test
  void aFreshStateTakesOverAnother() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 1)) {
            state.append(start(scope, 2, 0));
            assertAlone(scope, force(state, 0, 6, 1, 2, 0), 0, 6, 1, 2, 0);
          }
        });
  }

  @Test
  void aFreshStateThatHasDroppedRowsIsAppended() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 0)) {
            DecoderState fewer = start(scope, 0, 1, 2);
            fewer.reorder(new int[] {2, 1});
            state.append(fewer);
            assertThat(state.size()).isEqualTo(3);
            assertAlone(scope, force(state, 0, 6, 0, 2, 1), 0, 6, 0, 2, 1);
          }
        });
  }

  @Test
  void aUsedStateIsNotAppendedButClosed() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 0)) {
            force(state, 0, 3, 0);
            int held = heldResources(scope);
            try (NDManager temporary = runtime.newScope()) {
              DecoderState used = start(temporary, 1);
              used.decodeMany(1);
              assertThatThrownBy(() -> state.append(used))
                  .isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(heldResources(scope)).isEqualTo(held);
            assertThat(state.size()).isEqualTo(1);
            assertAlone(scope, force(state, 3, 3, 0), 0, 6, 0);
          }
        });
  }

  @Test
  void aStateOfAnotherDecoderIsNotAppendedButClosed() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 0)) {
            ForeignState foreign = new ForeignState();

            assertThatThrownBy(() -> state.append(foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a fresh state of the same decoder");
            assertThat(foreign.closed).isTrue();
            assertThat(state.size()).isEqualTo(1);
          }
        });
  }

  @Test
  void wrongCallsAreRefusedAndChangeNothing() {
    onNativeThread(
        scope -> {
          try (DecoderState state = start(scope, 0, 1)) {
            assertThatThrownBy(() -> state.decodeMany(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1, but was 0");
            assertThatThrownBy(() -> state.choose(new int[] {4, 4}))
                .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> state.reorder(new int[] {0, 2}))
                .isInstanceOf(RuntimeException.class);
            force(state, 0, 3, 0, 1);

            assertThatThrownBy(() -> state.reorder(new int[] {}))
                .isInstanceOf(IllegalArgumentException.class);
            state.decodeOne(scope);
            assertThatThrownBy(() -> state.append(start(scope, 2)))
                .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> state.decodeOne(scope))
                .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> state.decodeMany(1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> state.choose(new int[] {4}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1 tokens for 2 rows");
            state.choose(tokens(3, 0, 1));
            assertAlone(scope, force(state, 4, 3, 0, 1), 0, 7, 0, 1);
          }
        });
  }

  @Test
  void closingFreesTheStateAndMayBeRepeated() {
    onNativeThread(
        scope -> {
          int before = heldResources(scope);
          DecoderState state;
          try (NDManager temporary = runtime.newScope()) {
            state = start(temporary, 0);
            state.append(start(temporary, 1));
            force(state, 0, LONG, 0, 1);
            state.reorder(new int[] {1});
            state.decodeOne(temporary);
          }
          assertThat(heldResources(scope)).isGreaterThan(before);
          state.close();
          assertThat(heldResources(scope)).isEqualTo(before);
          assertThatCode(state::close).doesNotThrowAnyException();
          assertThat(heldResources(scope)).isEqualTo(before);
        });
  }

  /** A state of a decoder that this state's knows nothing of. */
  private static final class ForeignState implements DecoderState {

    private boolean closed;

    @Override
    public int size() {
      return 1;
    }

    @Override
    public int[][] decodeMany(int steps) {
      throw new UnsupportedOperationException();
    }

    @Override
    public NDArray decodeOne(NDManager scope) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void choose(int[] tokens) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void reorder(int[] rows) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void append(DecoderState fresh) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
