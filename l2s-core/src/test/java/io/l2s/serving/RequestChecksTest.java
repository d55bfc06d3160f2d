package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.InvalidRequestException;
import io.l2s.OnEngine;
import io.l2s.Route;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Options that a model refuses by its own bounds, before anything is read. */
class RequestChecksTest extends OnEngine {

  private static final GenerationRequest PROMPT = GenerationRequest.of("x".repeat(40));

  @Test
  void moreBeamsThanABatchHasRowsAreRefused() {
    assertRefused(
        PROMPT.withOptions(GenerationOptions.builder().numBeams(5).build()),
        "numBeams must be at most 4, the rows of a batch (maxBatchSize), but was 5");
  }

  @Test
  void moreSamplesThanABatchHasRowsAreRefused() {
    assertRefused(
        PROMPT.withOptions(
            GenerationOptions.builder().doSample(true).numReturnSequences(5).build()),
        "numReturnSequences must be at most 4, the rows of a batch (maxBatchSize), but was" + " 5");
  }

  @Test
  void moreBeamsThanABatchHasTokensForAreRefused() {
    assertRefused(
        PROMPT.withOptions(GenerationOptions.builder().numBeams(3).build()),
        "numBeams must be at most 2 for a prompt of 40 tokens, as a batch holds 100 in all"
            + " (maxBatchTokens), but was 3");
  }

  @Test
  void anAnswerTooLongForItsBeamsIsRefused() {
    assertRefused(
        PROMPT.withMaxNewTokens(11).withOptions(GenerationOptions.builder().numBeams(2).build()),
        "maxNewTokens must be at most 10 for a prompt of 40 tokens in 2 rows, as a batch holds 100"
            + " in all (maxBatchTokens), but was 11");
  }

  @Test
  void aMinimumAboveTheLimitOfNewTokensIsRefused() {
    assertRefused(
        PROMPT.withMaxNewTokens(5).withOptions(GenerationOptions.builder().minNewTokens(6).build()),
        "minNewTokens must be at most maxNewTokens, 5, but was 6");
  }

  @Test
  void aForcedPrefixLongerThanTheLimitOfNewTokensIsRefused() {
    assertRefused(
        PROMPT
            .withMaxNewTokens(5)
            .withOptions(GenerationOptions.builder().forcedPrefix("prefix").build()),
        "forcedPrefix must be at most maxNewTokens, 5, tokens long, but was 6");
  }

  @Test
  void aBadIdBehindTheVocabularyIsRefused() {
    assertRefused(
        PROMPT
            .withMaxNewTokens(5)
            .withOptions(
                GenerationOptions.builder().badWordsIds(List.of(List.of(1, 1 << 16))).build()),
        "badWordsIds must be below the size of the vocabulary, 65536, but was 65536");
  }

  @Test
  void theRouteExactRefusesBeams() {
    assertRefused(
        PROMPT.withRoute(Route.EXACT).withOptions(GenerationOptions.builder().numBeams(2).build()),
        "numBeams must be 1 on the route EXACT, which decodes one sequence, but was 2");
  }

  @Test
  void theRouteExactRefusesSeveralSequences() {
    assertRefused(
        PROMPT
            .withRoute(Route.EXACT)
            .withOptions(GenerationOptions.builder().temperature(1).numReturnSequences(3).build()),
        "numReturnSequences must be 1 on the route EXACT, which decodes one sequence, but was 3");
  }

  private static void assertRefused(GenerationRequest request, String message) {
    Rig rig = new Rig(runtime, Rig.bounds().maxBatchTokens(100).build());
    assertThatThrownBy(() -> rig.submit(request))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(message);
  }
}
