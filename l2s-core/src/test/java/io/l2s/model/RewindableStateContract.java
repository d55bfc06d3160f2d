package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Extends {@link DecoderStateContract} to what every {@link RewindableState} does. */
public abstract class RewindableStateContract extends DecoderStateContract {

  @Override
  protected final boolean takesTokensBack() {
    return true;
  }

  @Test
  void aVerifiedDraftGivesTheLogitsOfSingleSteps() {
    onNativeThread(
        scope -> {
          // Verified where the cache has to grow, after a few steps, and at the very beginning.
          for (int before : new int[] {0, 5, 62}) {
            try (RewindableState state = rewindable(scope, 0);
                RewindableState single = rewindable(scope, 0)) {
              force(state, 0, before, 0);
              force(single, 0, before, 0);
              int[] draft = draft(0, before, 5);
              NDArray together = state.verify(scope, draft);
              assertThat(together.getShape())
                  .isEqualTo(new Shape(draft.length + 1, vocabularySize()));
              assertThat(together.getDataType()).isEqualTo(DataType.FLOAT32);
              for (int i = 0; i <= draft.length; i++) {
                float[] expected = force(single, before + i, 1, 0)[0];
                assertSame(together.get(i).toFloatArray(), expected);
              }
            }
          }
        });
  }

  @Test
  void aDraftStandsAsFarAsItIsNotTakenBack() {
    onNativeThread(
        scope -> {
          int[] draft = draft(0, 20, 4);
          for (int tokens = 0; tokens <= draft.length; tokens++) {
            try (RewindableState state = rewindable(scope, 0)) {
              force(state, 0, 20, 0);
              state.verify(scope, draft);
              int stands = 20 + draft.length - tokens;
              state.rewind(tokens, tokens(stands, 0)[0]);
              assertSame(force(state, stands + 1, 50, 0)[0], alone(scope, 0, 0, stands + 51));
            }
          }
        });
  }

  @Test
  void aWholeVerificationIsTakenBack() {
    onNativeThread(
        scope -> {
          try (RewindableState state = rewindable(scope, 0)) {
            force(state, 0, 20, 0);
            state.verify(scope, new int[] {9, 8, 7, 6});
            state.rewind(5, tokens(19, 0)[0]);
            assertSame(force(state, 20, 50, 0)[0], alone(scope, 0, 0, 70));
          }
        });
  }

  @Test
  void greedyTokensAreTakenBack() {
    onNativeThread(
        scope -> {
          try (RewindableState state = rewindable(scope, 0);
              RewindableState single = rewindable(scope, 0)) {
            int[] ids = state.decodeMany(6)[0];
            assertThat(ids).hasSizeGreaterThan(2);
            // The start and all ids but the last were fed.
            state.rewind(2, tokens(0, 0)[0]);
            for (int id : Arrays.copyOf(ids, ids.length - 3)) {
              single.decodeOne(scope);
              single.choose(new int[] {id});
            }
            force(single, 0, 1, 0);
            assertSame(force(state, 1, 9, 0)[0], force(single, 1, 9, 0)[0]);
          }
        });
  }

  @Test
  void aSequenceThatIsLeftOverIsVerified() {
    onNativeThread(
        scope -> {
          try (RewindableState state = rewindable(scope, 0)) {
            force(state, 0, 10, 0);
            state.append(start(scope, 1));
            force(state, 10, 10, 0, 1);
            state.reorder(new int[] {1});
            NDArray logits = state.verify(scope, draft(1, 20, 3));
            for (int i = 0; i <= 3; i++) {
              assertSame(logits.get(i).toFloatArray(), alone(scope, 1, 10, 21 + i));
            }
          }
        });
  }

  @Test
  void wrongVerificationsAreRefusedAndChangeNothing() {
    onNativeThread(
        scope -> {
          try (RewindableState state = rewindable(scope, 0, 1)) {
            assertThatThrownBy(() -> state.verify(scope, new int[] {4}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a state of one sequence, but it has 2");
            assertThatThrownBy(() -> state.rewind(0, 4)).isInstanceOf(IllegalStateException.class);
            state.reorder(new int[] {0});
            assertThatThrownBy(() -> state.verify(scope, new int[0]))
                .isInstanceOf(IllegalArgumentException.class);

            state.verify(scope, draft(0, 0, 2));
            assertThatThrownBy(() -> state.decodeOne(scope))
                .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> state.verify(scope, new int[] {4}))
                .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> state.rewind(-1, 4))
                .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> state.rewind(4, 4))
                .isInstanceOf(IllegalArgumentException.class);
            state.rewind(0, tokens(2, 0)[0]);
            assertSame(force(state, 3, 6, 0)[0], alone(scope, 0, 0, 9));
          }
        });
  }

  private RewindableState rewindable(NDManager scope, int... sequences) {
    return start(scope, sequences).asRewindable().orElseThrow();
  }

  /** Tokens of a sequence's script from a step on. */
  private int[] draft(int sequence, int from, int length) {
    int[] draft = new int[length];
    for (int i = 0; i < length; i++) {
      draft[i] = tokens(from + i, sequence)[0];
    }
    return draft;
  }
}
