package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.FinishReason;
import io.l2s.Fixture;
import io.l2s.GenerationOptions;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.PromptLookup;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.DecoderState;
import io.l2s.model.ForcedTokens;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Greedy searches get runs of ids; a search that chooses makes the call a single step. */
class BatchedDecoderTest extends OnEngine {

  private static final int[][] PROMPTS = {{40, 41, 42, 1}, {70, 71, 72}};

  private static final GenerationOptions GREEDY = GenerationOptions.GREEDY;

  /** A search that takes runs, and one that chooses by itself. */
  private static final List<GenerationOptions> WITH_DRAFTS =
      List.of(GREEDY, GenerationOptions.builder().logprobs(true).build());

  private static final TokenSelector NO_SELECTOR =
      new TokenSelector(
          () -> {
            throw new AssertionError("greedy searches take runs");
          });

  private static LlmEncoder llm;
  private static LlmDecoder own;

  @BeforeAll
  static void load() {
    llm =
        new ModelLoader(runtime, runtime.devices())
            .loadLlm(Fixture.path("t5-llm"), new ComponentOptions(DeviceSpec.CPU, Precision.F32));
    own = llm.decoder().orElseThrow();
  }

  @AfterAll
  static void free() {
    llm.close();
  }

  @Test
  void greedySearchesTakeTheIdsThatTheStateDecodes() {
    Search first = search(GenerationOptions.builder().build(), 10);
    Search second = search(GenerationOptions.builder().build(), 10);
    int[][] expected = new int[2][];
    onState(
        (scope, state) -> {
          int[][] ids = state.decodeMany(4);
          expected[0] = ids[0];
          expected[1] = ids[1];
        });
    onState(
        (scope, state) -> {
          try (TokenSelector selector = new TokenSelector(runtime::newScope)) {
            int steps = new BatchedDecoder(state).decode(selector, List.of(first, second), 4);
            assertThat(steps).isEqualTo(4);
          }
        });
    assertThat(first.takeSettled()).isEqualTo(upToEnd(expected[0]));
    assertThat(second.takeSettled()).isEqualTo(upToEnd(expected[1]));
  }

  @Test
  void theSearchWithTheFewestRemainingIdsBoundsTheCall() {
    Search shortest = search(GenerationOptions.builder().build(), 2);
    Search longer = search(GenerationOptions.builder().build(), 10);
    onState(
        (scope, state) -> {
          try (TokenSelector selector = new TokenSelector(runtime::newScope)) {
            int steps = new BatchedDecoder(state).decode(selector, List.of(longer, shortest), 8);
            assertThat(steps).isLessThanOrEqualTo(2);
          }
        });
    assertThat(shortest.finishReason()).isPresent();
    assertThat(longer.finishReason()).isNotEqualTo(FinishReason.LENGTH);
  }

  @Test
  void oneSearchThatChoosesMakesTheCallASingleStepForAll() {
    Search greedy = search(GenerationOptions.builder().build(), 10);
    Search sampled = search(GenerationOptions.builder().temperature(1).seed(7).build(), 10);
    onState(
        (scope, state) -> {
          try (TokenSelector selector = new TokenSelector(runtime::newScope)) {
            int steps = new BatchedDecoder(state).decode(selector, List.of(greedy, sampled), 8);
            assertThat(steps).isOne();
          }
        });
    assertThat(greedy.takeSettled()).hasSize(1);
    assertThat(sampled.takeSettled()).hasSize(1);
  }

  @Test
  void aSearchByItselfTakesTheTokensOfItsDraftThatTheModelWouldMake() {
    int[] expected = expected();
    for (GenerationOptions options : WITH_DRAFTS) {
      for (int right = 0; right <= 3; right++) {
        // The prompt of the draft is the answer's first tokens, with a wrong one in the end.
        List<Integer> text = new ArrayList<>(List.of(expected[0]));
        IntStream.rangeClosed(1, right).forEach(i -> text.add(expected[i]));
        text.add(expected[right + 1] + 1);
        Search search = search(options, 10, text);
        int taken = right + 1;
        onState(
            PROMPTS[0],
            (scope, state) -> {
              try (TokenSelector selector = new TokenSelector(runtime::newScope)) {
                BatchedDecoder decoder = new BatchedDecoder(state);
                assertThat(decoder.decode(selector, List.of(search), 1)).isOne();
                assertThat(search.takeSettled()).hasSize(1);
                decoder.draft(List.of(search)).orElseThrow().verify(selector);
                assertThat(search.takeSettled())
                    .isEqualTo(Arrays.copyOfRange(expected, 1, 1 + taken));
                decoder.decode(selector, List.of(search), 1);
                assertThat(search.takeSettled()).startsWith(expected[1 + taken]);
              }
            });
      }
    }
  }

  @Test
  void anEndOfSequenceOrTheLimitInsideADraftEndsTheAnswer() {
    int[] expected = expected();
    List<Integer> text = Arrays.stream(expected).limit(6).boxed().toList();
    for (GenerationOptions options : WITH_DRAFTS) {
      Search ending = search(options, 10, text, Set.of(expected[2]));
      Search limited = search(options, 3, text, Set.of(1));
      for (Search search : List.of(ending, limited)) {
        onState(
            PROMPTS[0],
            (scope, state) -> {
              try (TokenSelector selector = new TokenSelector(runtime::newScope)) {
                BatchedDecoder decoder = new BatchedDecoder(state);
                decoder.decode(selector, List.of(search), 1);
                decoder.draft(List.of(search)).orElseThrow().verify(selector);
              }
            });
        assertThat(search.takeSettled()).isEqualTo(Arrays.copyOf(expected, 3));
      }
      assertThat(ending.finishReason()).contains(FinishReason.EOS);
      assertThat(limited.finishReason()).contains(FinishReason.LENGTH);
    }
  }

  private static int[] expected() {
    int[] expected = new int[10];
    onState(
        PROMPTS[0],
        (scope, state) -> System.arraycopy(state.decodeMany(10)[0], 0, expected, 0, 10));
    return expected;
  }

  @Test
  void aSearchHasNoDraftBesideOthersOrWithAStateThatTakesNoTokensBack() {
    Search drafting = search(GREEDY, 10, List.of(7, 7, 7, 7));
    Search other = search(GREEDY, 10);
    onState(
        (scope, state) -> {
          BatchedDecoder decoder = new BatchedDecoder(state);
          assertThat(decoder.draft(List.of(drafting))).isPresent();
          assertThat(decoder.draft(List.of(drafting, other))).isEmpty();
        });
    Yields state = new Yields(new int[1][1]);
    assertThat(new BatchedDecoder(state).draft(List.of(drafting))).isEmpty();
  }

  @Test
  void aDecodeCallMakesStepsAndLooksUpNoDraft() {
    Search search = search(GREEDY, 10, List.of(7, 7, 7, 7));
    onState(
        PROMPTS[0],
        (scope, state) -> {
          BatchedDecoder decoder = new BatchedDecoder(state);
          assertThat(decoder.draft(List.of(search))).isPresent();
          assertThat(decoder.decode(NO_SELECTOR, List.of(search), 1)).isOne();
        });
    assertThat(search.takeSettled()).hasSize(1);
  }

  @Test
  void aStateThatYieldsTooFewRowsOrNoIdsIsRefused() {
    List<Search> two =
        List.of(
            search(GenerationOptions.builder().build(), 10),
            search(GenerationOptions.builder().build(), 10));
    assertThatThrownBy(
            () -> new BatchedDecoder(new Yields(new int[1][1])).decode(NO_SELECTOR, two, 4))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a decode call must return 2 rows, but returned 1");
    assertThatThrownBy(
            () -> new BatchedDecoder(new Yields(new int[2][0])).decode(NO_SELECTOR, two, 4))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a decode call must return at least one id a row");
  }

  @Test
  void closingFreesTheSharedState() {
    Yields state = new Yields(new int[1][1]);
    BatchedDecoder decoder = new BatchedDecoder(state);
    assertThat(decoder.shared()).containsSame(state);
    decoder.close();
    assertThat(state.closed).isTrue();
  }

  private interface Work {
    void on(NDManager scope, DecoderState state);
  }

  private static void onState(Work work) {
    onState(TokenBatch.of(PROMPTS), work);
  }

  private static void onState(int[] prompt, Work work) {
    onState(TokenBatch.of(prompt), work);
  }

  private static void onState(TokenBatch batch, Work work) {
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope();
              DecoderState state = own.prefill(llm.encode(scope, batch), batch)) {
            work.on(scope, state);
          }
          return null;
        });
  }

  private static Search search(GenerationOptions options, int maxNewTokens) {
    return search(options, maxNewTokens, List.of());
  }

  private static Search search(GenerationOptions options, int maxNewTokens, List<Integer> text) {
    return search(options, maxNewTokens, text, Set.of(1));
  }

  /**
   * @param text the source of drafts; none where it is empty
   * @param eosIds ids that end the answer, but no draft
   */
  private static Search search(
      GenerationOptions options, int maxNewTokens, List<Integer> text, Set<Integer> eosIds) {
    PromptLookup lookup = text.isEmpty() ? PromptLookup.NONE : PromptLookup.of(8);
    return new SearchSettings(
            options,
            eosIds,
            maxNewTokens,
            own.vocabularySize(),
            List.of(),
            List.of(),
            ForcedTokens.NONE,
            ids -> false,
            ids -> false,
            new PromptDrafts(
                lookup,
                text.stream().mapToInt(Integer::intValue).toArray(),
                own.vocabularySize(),
                Set.of(1)))
        .start();
  }

  private static int[] upToEnd(int[] ids) {
    GreedySearch search = (GreedySearch) search(GenerationOptions.GREEDY, 10);
    search.append(ids);
    return search.takeSettled();
  }

  /** A state that yields the same ids at every call. */
  private static final class Yields implements DecoderState {

    private final int[][] ids;
    private boolean closed;

    Yields(int[][] ids) {
      this.ids = ids;
    }

    @Override
    public int size() {
      return ids.length;
    }

    @Override
    public int[][] decodeMany(int steps) {
      return ids;
    }

    @Override
    public NDArray decodeOne(NDManager scope) {
      throw new AssertionError("greedy searches take runs");
    }

    @Override
    public void choose(int[] tokens) {
      throw new AssertionError("greedy searches take runs");
    }

    @Override
    public void reorder(int[] rows) {
      throw new AssertionError("no row leaves");
    }

    @Override
    public void append(DecoderState fresh) {
      throw new AssertionError("no row joins");
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
