package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Fixture;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.t5.T5Family;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sequences that join, leave and multiply decode as if they were alone. */
class T5DecoderStateTest {

  private static final int STEPS = 150;

  private static NativeRuntime runtime;
  private static EncoderDecoderModel model;
  private static int[] shortPrompt;
  private static int[] prompt;
  private static int[] longPrompt;

  @BeforeAll
  static void start() {
    runtime = NativeRuntime.start(false);
    Fixture fixture = Fixture.open("t5-relu");
    model =
        LoadedModels.load(
            new T5Family(),
            new Loading(
                runtime, Checkpoint.open(fixture.directory()), Device.cpu(), Precision.F32));
    List<int[]> prompts =
        fixture.cases().stream().map(each -> Fixture.ids(each.get("input_ids"))).toList();
    prompt = prompts.get(0);
    shortPrompt = prompts.stream().reduce((a, b) -> a.length <= b.length ? a : b).orElseThrow();
    longPrompt = prompts.stream().reduce((a, b) -> a.length > b.length ? a : b).orElseThrow();
  }

  @AfterAll
  static void stop() {
    model.close();
    runtime.close();
  }

  @Test
  void aSequenceThatJoinsDecodesAsIfAlone() {
    onNativeThread(
        scope -> {
          try (RewindableState state = prefill(scope, prompt)) {
            force(state, 0, 5);
            state.append(prefill(scope, longPrompt));
            force(state, 100, 90);
            state.append(prefill(scope, shortPrompt, prompt));
            float[][] rows = force(state, 200, STEPS);

            assertThat(state.size()).isEqualTo(4);
            assertSame(rows[0], alone(scope, prompt, 0, 5, 100, 90, 200, STEPS));
            assertSame(rows[1], alone(scope, longPrompt, 100, 90, 200, STEPS));
            assertSame(rows[2], alone(scope, shortPrompt, 200, STEPS));
            assertSame(rows[3], alone(scope, prompt, 200, STEPS));
          }
        });
  }

  @Test
  void aSequenceGoesOnWhileOthersComeAndGo() {
    onNativeThread(
        scope -> {
          try (RewindableState state = prefill(scope, prompt, longPrompt)) {
            force(state, 0, 3);
            state.reorder(new int[] {1});
            float[][] rows = null;
            for (int round = 0; round < 40; round++) {
              state.append(prefill(scope, round % 2 == 0 ? shortPrompt : prompt));
              rows = force(state, 3 + 4 * round, 4);
              state.reorder(new int[] {0});
            }

            assertSame(rows[0], alone(scope, longPrompt, 0, 163));
          }
        });
  }

  @Test
  void memoryOfALongPromptAndOfManyRowsComesBackWhileOthersGoOn() {
    int[] veryLong = IntStream.range(0, 400).map(i -> 3 + i % 200).toArray();
    onNativeThread(
        scope -> {
          try (RewindableState state = prefill(scope, prompt)) {
            force(state, 0, 5);
            state.append(prefill(scope, veryLong));
            state.append(prefill(scope, veryLong, veryLong, veryLong));
            force(state, 5, 2);
            long held = ((CachedState) state).heldTokens();
            state.reorder(new int[] {0});
            float[][] rows = force(state, 7, 60);

            assertThat(held).isGreaterThan(4 * 400);
            assertThat(((CachedState) state).heldTokens())
                .isLessThanOrEqualTo(2 * (prompt.length + 256));
            assertSame(rows[0], alone(scope, prompt, 0, 67));
          }
        });
  }

  @Test
  void memoryForAnswersIsAtMostAQuarterMoreThanTheirTokens() {
    onNativeThread(
        scope -> {
          try (RewindableState state = prefill(scope, prompt)) {
            for (int made = 0; made < 1000; made++) {
              force(state, made, 1);
              long columns = ((CachedState) state).heldTokens() - prompt.length;
              assertThat(columns).isLessThanOrEqualTo(Math.max(made + 66, 5L * (made + 2) / 4));
            }
          }
        });
  }

  @Test
  void aSequenceThatStaysLastKeepsItsPlaceInTime() {
    onNativeThread(
        scope -> {
          try (RewindableState state = prefill(scope, prompt)) {
            force(state, 0, 60);
            state.append(prefill(scope, shortPrompt));
            force(state, 60, 2);
            state.reorder(new int[] {1});
            float[][] rows = force(state, 62, 80);

            assertSame(rows[0], alone(scope, shortPrompt, 60, 82));
          }
        });
  }

  @Test
  void aRowThatIsKeptTwiceGoesOnTwice() {
    onNativeThread(
        scope -> {
          try (RewindableState state = prefill(scope, shortPrompt, prompt)) {
            force(state, 0, 4);
            state.reorder(new int[] {1, 0, 1, 1});
            float[][] rows = force(state, 4, 20);

            assertThat(rows).hasNumberOfRows(4);
            float[] expected = alone(scope, prompt, 0, 24);
            assertSame(rows[0], expected);
            assertSame(rows[1], alone(scope, shortPrompt, 0, 24));
            assertSame(rows[2], expected);
            assertSame(rows[3], expected);
          }
        });
  }

  @Test
  void aSequenceThatJoinedLateMultipliesBeyondTheRowsThatThereWere() {
    onNativeThread(
        scope -> {
          try (RewindableState state = prefill(scope, prompt)) {
            force(state, 0, 20);
            state.append(prefill(scope, shortPrompt));
            force(state, 20, 2);
            state.reorder(new int[] {1});
            state.reorder(new int[] {0, 0, 0});
            float[][] rows = force(state, 22, 10);

            assertThat(rows).hasNumberOfRows(3);
            float[] expected = alone(scope, shortPrompt, 20, 12);
            assertSame(rows[0], expected);
            assertSame(rows[2], expected);
          }
        });
  }

  @Test
  void chosenTokensAreThoseThatGoOn() {
    onNativeThread(
        scope -> {
          int[] expected;
          try (RewindableState state = prefill(scope, prompt)) {
            expected = state.decodeMany(12)[0];
          }
          try (RewindableState state = prefill(scope, prompt)) {
            List<Integer> made = new ArrayList<>();
            for (int i = 0; i < expected.length; i++) {
              try (NDArray logits = state.decodeOne(scope)) {
                int best = Math.toIntExact(logits.argMax(1).getLong(0));
                made.add(best);
                state.choose(new int[] {best});
              }
            }
            assertThat(made).isEqualTo(Arrays.stream(expected).boxed().toList());
          }
        });
  }

  @Test
  void aVerifiedDraftGivesTheLogitsOfSingleSteps() {
    onNativeThread(
        scope -> {
          int[] draft = {11, 12, 13, 14, 15};
          try (RewindableState state = prefill(scope, prompt);
              RewindableState single = prefill(scope, prompt)) {
            force(state, 0, 62);
            force(single, 0, 62);
            NDArray together = state.verify(scope, draft);
            for (int i = 0; i <= draft.length; i++) {
              NDArray alone = single.decodeOne(scope);
              assertSame(together.get(i).toFloatArray(), alone.get(0).toFloatArray());
              single.choose(new int[] {i < draft.length ? draft[i] : 3});
            }
          }
        });
  }

  @Test
  void whatIsTakenBackLeavesNoTrace() {
    onNativeThread(
        scope -> {
          try (RewindableState state = prefill(scope, prompt)) {
            force(state, 0, 20);
            state.verify(scope, new int[] {9, 8, 7, 6});
            state.rewind(5, 3 + 19 * 37 % 500);
            float[][] rows = force(state, 20, 50);

            assertSame(rows[0], alone(scope, prompt, 0, 70));
          }
        });
  }

  @Test
  void onlyOneSequenceIsVerified() {
    onNativeThread(
        scope -> {
          try (RewindableState state = prefill(scope, prompt, shortPrompt)) {
            assertThatThrownBy(() -> state.verify(scope, new int[] {4}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a state of one sequence, but it has 2");
          }
        });
  }

  @Test
  void aStepWithoutAChoiceIsRefused() {
    onNativeThread(
        scope -> {
          try (RewindableState state = prefill(scope, prompt)) {
            state.decodeOne(scope);
            assertThatThrownBy(() -> state.decodeMany(1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> state.choose(new int[] {1, 2}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("got 2 tokens for 1 rows");
          }
        });
  }

  @Test
  void onlyAFreshStateMayJoin() {
    onNativeThread(
        scope -> {
          try (RewindableState state = prefill(scope, prompt)) {
            DecoderState used = prefill(scope, prompt);
            used.decodeMany(1);
            assertThatThrownBy(() -> state.append(used))
                .isInstanceOf(IllegalArgumentException.class);
            assertThat(state.size()).isEqualTo(1);
          }
        });
  }

  private interface Work {
    void with(NDManager scope);
  }

  private static void onNativeThread(Work work) {
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            work.with(scope);
          }
          return null;
        });
  }

  private static RewindableState prefill(NDManager scope, int[]... prompts) {
    TokenBatch batch = TokenBatch.of(prompts);
    NDArray h = model.asLlm().encode(scope, batch);
    return model.asLlm().decoder().orElseThrow().prefill(h, batch).asRewindable().orElseThrow();
  }

  // Tokens are given, as near ties between best ones would part rows that are the same within
  // rounding.
  private static float[][] force(DecoderState state, int from, int steps) {
    float[][] rows = new float[state.size()][];
    try (NDManager scope = runtime.newScope()) {
      for (int step = from; step < from + steps; step++) {
        NDArray logits = state.decodeOne(scope);
        int[] tokens = new int[state.size()];
        Arrays.fill(tokens, 3 + step * 37 % 500);
        state.choose(tokens);
        for (int row = 0; row < rows.length; row++) {
          rows[row] = logits.get(row).toFloatArray();
        }
      }
    }
    return rows;
  }

  private static float[] alone(NDManager scope, int[] ids, int... fromAndSteps) {
    float[][] rows = null;
    try (RewindableState state = prefill(scope, ids)) {
      for (int i = 0; i < fromAndSteps.length; i += 2) {
        rows = force(state, fromAndSteps[i], fromAndSteps[i + 1]);
      }
    }
    return rows[0];
  }

  private static void assertSame(float[] actual, float[] expected) {
    assertThat(Fixture.largestDifference(actual, expected)).isLessThan(1e-4f);
  }
}
