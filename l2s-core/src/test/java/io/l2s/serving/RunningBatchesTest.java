package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.l2s.GenerationOptions;
import io.l2s.PromptLookup;
import io.l2s.RecordingListener;
import io.l2s.Route;
import io.l2s.decoding.BatchedDecoder;
import io.l2s.decoding.PromptDrafts;
import io.l2s.decoding.SearchSettings;
import io.l2s.decoding.TokenSelector;
import io.l2s.model.ForcedTokens;
import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The number of threads that the decode calls of a batch get. */
class RunningBatchesTest extends ServedPair {

  private static final int[] PROMPT = {40, 41, 42, 1};
  private static final int MOST_NEW_TOKENS = 8;
  private static final int FIRST_TEXT_ID = 2;

  private final CountingDecoder decoder = new CountingDecoder(llm.decoder().orElseThrow());
  private final RecordingTeam team = new RecordingTeam();
  private final ThreadPlan plan = new ThreadPlan(team, Set.of(Route.LLM_ONLY));
  private final RunningBatches batches =
      new RunningBatches(
          new WaitingQueue(1, 4, new ServiceTimes()),
          plan,
          new SlowSteps(() -> 0, ""),
          new ServiceTimes());

  @Test
  void verificationsGetAllThreadsAndTakeNoTurnsOfAThreadTrial() {
    List<Integer> ofSteps = new ArrayList<>();
    List<Integer> ofVerifications = new ArrayList<>();
    decoder.onDecode = () -> ofSteps.add(team.last());
    decoder.onVerify = () -> ofVerifications.add(team.last());
    decodeToTheEnd(everyId());
    assertThat(ofVerifications).hasSizeGreaterThan(1).containsOnly(4);
    assertThat(ofSteps).isNotEmpty().isEqualTo(turns(ofSteps.size()));
  }

  /** All threads and one in turn, as in a trial. */
  private static List<Integer> turns(int number) {
    return IntStream.range(0, number).map(i -> i % 2 == 0 ? 4 : 1).boxed().toList();
  }

  /** A text that has a draft for every answer once it has begun. */
  private int[] everyId() {
    return IntStream.range(FIRST_TEXT_ID, decoder.vocabularySize()).toArray();
  }

  private void decodeToTheEnd(int[] lookedUp) {
    Generation generation = generation(lookedUp);
    runtime.call(
        () -> {
          TokenBatch prompts = TokenBatch.of(PROMPT);
          try (NDManager scope = runtime.newScope();
              TokenSelector selector = new TokenSelector(runtime::newScope)) {
            generation.beginPrefill();
            batches.add(
                new BatchedDecoder(decoder.prefill(llm.encode(scope, prompts), prompts)),
                List.of(generation));
            generation.beginDecoding();
            while (!batches.isEmpty()) {
              batches.startRound();
              batches.decodeNext(selector, 1);
            }
          }
          return null;
        });
  }

  private Generation generation(int[] lookedUp) {
    RoutePath path =
        Routes.of(components(llm, slm), new HandTurnedThread(runtime)).get(Route.LLM_ONLY);
    return new Generation(
        path,
        PROMPT,
        new SearchSettings(
            GenerationOptions.GREEDY,
            EOS,
            MOST_NEW_TOKENS,
            path.vocabulary(),
            List.of(),
            List.of(),
            ForcedTokens.NONE,
            ids -> false,
            ids -> false,
            new PromptDrafts(PromptLookup.of(3), lookedUp, path.vocabulary(), EOS)),
        Long.MAX_VALUE,
        false,
        new Stopwatch(() -> 0),
        new RecordingListener(),
        Runnable::run,
        new Nobody());
  }
}
