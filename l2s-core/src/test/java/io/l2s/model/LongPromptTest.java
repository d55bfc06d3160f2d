package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.l2s.Fixture;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.gpt2.Gpt2Family;
import io.l2s.model.llama.LlamaFamily;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prompts of many positions, which a layer works on in portions. */
class LongPromptTest extends OnEngine {

  @ParameterizedTest
  @CsvSource({"mistral, 1500", "llama, 1500", "gpt2, 1000"})
  void aLongPromptGivesWhatItsStepsGive(String name, int length) {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path(name));
    DecoderOnlyFamily family = name.equals("gpt2") ? new Gpt2Family() : new LlamaFamily();
    int[] ids = IntStream.range(0, length).map(i -> 3 + (i * 37) % 400).toArray();
    int read = length - 40;
    try (DecoderOnlyModel model =
        family.load(new Loading(runtime, checkpoint, Device.cpu(), Precision.F32))) {
      runtime.call(
          () -> {
            try (NDManager scope = runtime.newScope();
                DecoderState state = prefill(scope, model, Arrays.copyOf(ids, read))) {
              NDArray all = model.score(scope, TokenBatch.of(ids)); // [1, length, vocabulary]
              for (int position = read; position < length; position++) {
                float[] step = state.decodeOne(scope).toFloatArray();
                float[] scored = all.get(new NDIndex("0, " + (position - 1))).toFloatArray();
                assertThat(Fixture.largestDifference(step, scored)).isLessThan(1e-4f);
                state.choose(new int[] {ids[position]});
              }
            }
            return null;
          });
    }
  }

  @ParameterizedTest
  @CsvSource({"mistral, 1500, 150", "llama, 1000, 1500"})
  void aWindowBoundsWhatIsKeptOfALongPrompt(String name, int length, int most) {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path(name));
    int[] ids = IntStream.range(0, length).map(i -> 3 + (i * 37) % 400).toArray();
    try (DecoderOnlyModel model =
        LoadedModels.load(
            new LlamaFamily(), new Loading(runtime, checkpoint, Device.cpu(), Precision.F32))) {
      runtime.call(
          () -> {
            try (NDManager scope = runtime.newScope();
                DecoderState state = prefill(scope, model, ids)) {
              assertThat(((CachedState) state).heldTokens()).isLessThanOrEqualTo(most);
              state.decodeMany(4);
              assertThat(((CachedState) state).heldTokens()).isLessThanOrEqualTo(most);
            }
            return null;
          });
    }
  }

  @Test
  void aShortPromptBesideALongOneKeepsItsOwn() {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path("mistral"));
    int[] longer = IntStream.range(0, 700).map(i -> 3 + (i * 37) % 400).toArray();
    int[] shorter = Arrays.copyOf(longer, 9);
    try (DecoderOnlyModel model =
        LoadedModels.load(
            new LlamaFamily(), new Loading(runtime, checkpoint, Device.cpu(), Precision.F32))) {
      runtime.call(
          () -> {
            try (NDManager scope = runtime.newScope();
                DecoderState both = prefill(scope, model, longer, shorter);
                DecoderState first = prefill(scope, model, longer);
                DecoderState second = prefill(scope, model, shorter);
                DecoderState joined = prefill(scope, model, shorter)) {
              joined.append(prefill(scope, model, longer));
              for (int step = 0; step < 20; step++) {
                float[] one = first.decodeOne(scope).toFloatArray();
                float[] two = second.decodeOne(scope).toFloatArray();
                NDArray rows = both.decodeOne(scope);
                NDArray turned = joined.decodeOne(scope);
                assertSame(rows.get(0), one);
                assertSame(rows.get(1), two);
                assertSame(turned.get(0), two);
                assertSame(turned.get(1), one);
                int token = 5 + step;
                first.choose(new int[] {token});
                second.choose(new int[] {token});
                both.choose(new int[] {token, token});
                joined.choose(new int[] {token, token});
              }
            }
            return null;
          });
    }
  }

  private static void assertSame(NDArray row, float[] expected) {
    assertThat(Fixture.largestDifference(row.toFloatArray(), expected)).isLessThan(1e-4f);
  }

  @ParameterizedTest
  @CsvSource({"mistral", "llama"})
  void portionsChangeNothing(String name) {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path(name));
    int[] ids = IntStream.range(0, 60).map(i -> 3 + (i * 37) % 400).toArray();
    int[][] many = IntStream.range(0, 600).mapToObj(i -> ids).toArray(int[][]::new);
    try (DecoderOnlyModel model =
        LoadedModels.load(
            new LlamaFamily(), new Loading(runtime, checkpoint, Device.cpu(), Precision.F32))) {
      runtime.call(
          () -> {
            try (NDManager scope = runtime.newScope()) {
              LlmEncoder llm = model.asLlm(OptionalInt.empty());
              float[] alone = llm.encode(scope, TokenBatch.of(ids)).toFloatArray();
              // So many rows that a portion is a few positions.
              NDArray batch = llm.encode(scope, TokenBatch.of(many));
              float[] last = batch.get(599).toFloatArray();
              assertThat(Fixture.largestDifference(last, alone)).isLessThan(1e-4f);
            }
            return null;
          });
    }
  }

  private static DecoderState prefill(NDManager scope, DecoderOnlyModel model, int[]... ids) {
    SlmDecoder decoder = model.asSlm();
    TokenBatch prompt = TokenBatch.of(ids);
    return decoder.prefill(decoder.embeddings().embed(scope, prompt), prompt.lengths());
  }
}
