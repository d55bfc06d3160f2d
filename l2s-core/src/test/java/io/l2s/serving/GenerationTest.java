package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationOptions;
import io.l2s.GenerationResult;
import io.l2s.ModelClosedException;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.decoding.BatchedDecoder;
import io.l2s.decoding.PromptDrafts;
import io.l2s.decoding.SearchSettings;
import io.l2s.decoding.TokenSelector;
import io.l2s.model.ContextLimits;
import io.l2s.model.DecoderState;
import io.l2s.model.ForcedTokens;
import io.l2s.tokenizer.Vocabulary;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How an answer ends at a stop string, and how a generation changes its state. */
class GenerationTest {

  private static final Set<Integer> EOS = Set.of(EchoCodec.EOS);

  private static final TokenSelector NO_SELECTOR =
      new TokenSelector(
          () -> {
            throw new AssertionError("a greedy search takes runs");
          });

  private final RecordingListener listener = new RecordingListener();

  @Test
  void theIdsEndWithTheStopStringHoweverManyCameInTheCall() {
    Generation generation = stoppingAt("##", new EchoCodec());
    decode(generation, "so#");
    decode(generation, "#far");
    GenerationResult result = listener.result();
    assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(result.text()).isEqualTo("so");
    assertThat(result.ids()).isEqualTo(ids("so##"));
    assertThat(result.candidates().get(0).ids()).isEqualTo(ids("so##"));
  }

  @Test
  void theIdsOfAnAnswerWithoutAStopStringAreComplete() {
    Generation generation = stoppingAt("##", new EchoCodec());
    decode(generation, "so#\0");
    GenerationResult result = listener.result();
    assertThat(result.finishReason()).isEqualTo(FinishReason.EOS);
    assertThat(result.text()).isEqualTo("so#");
    assertThat(result.ids()).isEqualTo(ids("so#\0"));
  }

  @Test
  void aStopStringInTextHeldBackToTheEndEndsTheAnswerAsAnyOther() {
    Generation generation = stoppingAt("#", new HoldingCodec());
    decode(generation, "so#\0");
    GenerationResult result = listener.result();
    assertThat(result.text()).isEqualTo("so");
    assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void aGenerationThatHasNotDecodedCannotStartOver() {
    Generation generation = stoppingAt("#", new EchoCodec());
    assertThatThrownBy(generation::startOver)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a generation cannot change from WAITING to WAITING_ALONE");
    generation.beginPrefill();
    generation.beginDecoding();
    generation.startOver();
    assertThat(generation.joinsOthers()).isFalse();
  }

  @Test
  void aGenerationStartsOverOnce() {
    Generation generation = stoppingAt("#", new EchoCodec());
    generation.beginPrefill();
    generation.beginDecoding();
    generation.startOver();
    generation.beginPrefill();
    generation.beginDecoding();
    assertThatThrownBy(generation::startOver)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a generation cannot change from DECODING_ALONE to WAITING_ALONE");
  }

  @Test
  void whatComesAfterItsEndChangesNothing() {
    Generation generation = stoppingAt("#", new EchoCodec());
    generation.fail(new ModelClosedException());
    generation.beginPrefill();
    generation.beginDecoding();
    generation.startOver();
    generation.finish(FinishReason.CANCELLED);
    assertThat(generation.hasEnded()).isTrue();
    assertThat(generation.joinsOthers()).isFalse();
    assertThat(listener.failure()).isInstanceOf(ModelClosedException.class);
    assertThat(listener.terminalEvents()).isOne();
  }

  private Generation stoppingAt(String stop, TextCodec answers) {
    RoutePath path =
        new RoutePath(
            Route.SLM_ONLY,
            answers,
            answers,
            EOS,
            1 << 16,
            promptIds -> new int[0],
            ForcedTokens.NONE,
            ContextLimits.NONE,
            RoutePath.Reading.NONE,
            RoutePath.Batching.SHARED,
            RoutePath.Lookup.NOTHING,
            (scope, features, prompts, projected) -> {
              throw new AssertionError("nothing is prefilled");
            },
            Component.SLM);
    GenerationOptions options = GenerationOptions.builder().stop(List.of(stop)).build();
    return new Generation(
        path,
        new int[] {1},
        new SearchSettings(
            options,
            EOS,
            50,
            1 << 16,
            List.of(),
            List.of(),
            ForcedTokens.NONE,
            ids -> false,
            ids -> false,
            PromptDrafts.NONE),
        Long.MAX_VALUE,
        false,
        new Stopwatch(() -> 0),
        listener,
        Runnable::run,
        new Nobody());
  }

  private static void decode(Generation generation, String ids) {
    new RunningBatch(new BatchedDecoder(new OneCall(ids)), List.of(generation), new ServiceTimes())
        .decode(NO_SELECTOR, 50);
  }

  private static List<Integer> ids(String text) {
    return text.chars().boxed().toList();
  }

  /** Decodes the given characters in one call, however many steps are asked for. */
  private record OneCall(String ids) implements DecoderState {

    @Override
    public int size() {
      return 1;
    }

    @Override
    public int[][] decodeMany(int steps) {
      return new int[][] {ids.chars().toArray()};
    }

    @Override
    public NDArray decodeOne(NDManager scope) {
      throw new AssertionError("a greedy search takes runs");
    }

    @Override
    public void choose(int[] tokens) {
      throw new AssertionError("a greedy search takes runs");
    }

    @Override
    public void reorder(int[] rows) {
      throw new AssertionError("the only row stays");
    }

    @Override
    public void append(DecoderState fresh) {
      throw new AssertionError("nobody joins");
    }

    @Override
    public void close() {}
  }

  /** Says nothing before the end. */
  private static final class HoldingCodec implements TextCodec {

    @Override
    public Vocabulary vocabulary() {
      throw new AssertionError("no model is compared");
    }

    @Override
    public int[] encode(String prompt) {
      throw new AssertionError("no prompt is read");
    }

    @Override
    public int[] encodeAnswer(String text) {
      throw new AssertionError("no answer is read");
    }

    @Override
    public AnswerText newAnswer() {
      AnswerText echo = new EchoCodec().newAnswer();
      StringBuilder held = new StringBuilder();
      return new AnswerText() {
        @Override
        public String append(int... ids) {
          held.append(echo.append(ids));
          return "";
        }

        @Override
        public String finish() {
          return held.toString();
        }
      };
    }
  }
}
