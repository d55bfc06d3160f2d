package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.GenerationOptions.Builder;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GenerationOptionsTest {

  static Stream<Arguments> refused() {
    return Stream.of(
        of(o -> o.numBeams(0), "numBeams must be between 1 and 64, but was 0"),
        of(
            o -> o.temperature(0),
            "temperature must be above 0 and at most 100 (without any sampling option, or with"
                + " topK 1, the likeliest token is taken), but was 0"),
        of(o -> o.temperature(Double.NaN), "temperature must be above 0"),
        of(o -> o.topK(-1), "topK must be between 0 and"),
        of(o -> o.topP(1.5), "topP must be above 0 and at most 1, but was 1.5"),
        of(o -> o.minP(-0.1), "minP must be between 0 and 1, but was -0.1"),
        of(o -> o.typicalP(0), "typicalP must be above 0"),
        of(o -> o.repetitionPenalty(0), "repetitionPenalty must be above 0"),
        of(o -> o.presencePenalty(3), "presencePenalty must be between -2 and 2, but was 3"),
        of(o -> o.frequencyPenalty(-3), "frequencyPenalty must be between -2 and 2"),
        of(o -> o.noRepeatNgramSize(-1), "noRepeatNgramSize must be between 0 and 4096"),
        of(o -> o.minNewTokens(-1), "minNewTokens must be between 0 and 4096, but was -1"),
        of(o -> o.numReturnSequences(0), "numReturnSequences must be between 1 and 64"),
        of(o -> o.stop(List.of("")), "stop must be strings of at least 1 character"),
        of(o -> o.badWords(List.of(" ")), "badWords must be words that are not blank"),
        of(o -> o.stop(strings(65, 1)), "stop must be at most 64 strings, but was 65"),
        of(o -> o.badWords(strings(65, 1)), "badWords must be at most 64 strings, but was 65"),
        of(
            o -> o.stop(strings(2, 257)),
            "stop must be strings of at most 256 characters, but was one of 257"),
        of(
            o -> o.badWords(strings(2, 257)),
            "badWords must be strings of at most 256 characters, but was one of 257"),
        of(
            o -> o.forcedPrefix("a".repeat(4097)),
            "forcedPrefix must be at most 4096 characters long, but was 4097 characters"),
        of(
            o -> o.doSample(false).temperature(0.7).seed(1),
            "doSample must be true or left out beside temperature, seed, but was false"),
        of(o -> o.doSample(false).topK(5), "left out beside topK, but was false"),
        of(o -> o.doSample(false).topP(0.9), "left out beside topP, but was false"),
        of(o -> o.doSample(false).minP(0.1), "left out beside minP, but was false"),
        of(o -> o.doSample(false).typicalP(0.9), "left out beside typicalP, but was false"),
        of(o -> o.numBeams(4).temperature(0.7), "choose beams or sampling"),
        of(o -> o.numBeams(4).seed(1), "choose beams or sampling"),
        of(o -> o.lengthPenalty(0.6), "lengthPenalty must be left out without beams"),
        of(
            o -> o.earlyStopping(EarlyStopping.TRUE),
            "earlyStopping must be false without beams; set numBeams above 1, but was true"),
        of(
            o -> o.earlyStopping(EarlyStopping.NEVER),
            "earlyStopping must be false without beams; set numBeams above 1, but was never"),
        of(o -> o.numBeams(2).numReturnSequences(3), "numReturnSequences must be at most numBeams"),
        of(o -> o.numReturnSequences(3), "1 for greedy decoding"),
        of(
            o -> o.promptLookupNumTokens(65),
            "promptLookupNumTokens must be between 0 and 64, but was 65"),
        of(
            o -> o.promptLookupNumTokens(-1),
            "promptLookupNumTokens must be between 0 and 64, but was -1"),
        of(
            o -> o.promptLookupNumTokens(8).maxMatchingNgramSize(0),
            "maxMatchingNgramSize must be between 1 and 64, but was 0"),
        of(
            o -> o.maxMatchingNgramSize(3),
            "maxMatchingNgramSize must be left out without drafts; set promptLookupNumTokens, but"
                + " was 3"),
        of(
            o -> o.promptLookupNumTokens(8).numBeams(2),
            "numBeams must be 1 beside promptLookupNumTokens, which drafts for one sequence, but"
                + " was 2"),
        of(
            o -> o.promptLookupNumTokens(8).doSample(true).numReturnSequences(2),
            "numReturnSequences must be 1 beside promptLookupNumTokens, which drafts for one"
                + " sequence, but was 2"),
        of(
            o -> o.forcedPrefix("Sie sind").stop(List.of("x", "ie")),
            "forcedPrefix must be a text without the stop string \"ie\", but was Sie sind"),
        of(
            o -> o.forcedPrefix("Sie sind").badWords(List.of("x", "ie")),
            "forcedPrefix must be a text without the bad word \"ie\", but was Sie sind"),
        of(
            o -> o.badWordsIds(Collections.nCopies(65, List.of(1))),
            "badWordsIds must be at most 64 sequences, but was 65"),
        of(
            o -> o.badWordsIds(List.of(List.of(1), List.of())),
            "badWordsIds must be sequences of 1 to 256 ids, but was one of 0"),
        of(
            o -> o.badWordsIds(List.of(List.of(1, -1))),
            "badWordsIds must be between 0 and 2147483647, but was -1"));
  }

  private static Arguments of(Consumer<Builder> setting, String message) {
    return Arguments.of(setting, message);
  }

  private static List<String> strings(int count, int length) {
    return Collections.nCopies(count, "a".repeat(length));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsOutOfRangeOrContradictsIsRefused(Consumer<Builder> setting, String message) {
    Builder builder = GenerationOptions.builder();
    setting.accept(builder);
    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void asManyStringsAndCharactersAsAreAllowedAreTaken() {
    GenerationOptions options =
        GenerationOptions.builder()
            .stop(strings(64, 256))
            .badWords(strings(64, 256))
            .forcedPrefix("b".repeat(4096))
            .build();
    assertThat(options.constraints().stop()).hasSize(64);
    assertThat(options.constraints().badWords()).hasSize(64);
  }

  @Test
  void anySettingOfSamplingTurnsItOn() {
    assertThat(GenerationOptions.GREEDY.sampling()).isEmpty();
    assertThat(GenerationOptions.builder().seed(1).build().sampling()).isPresent();
    assertThat(GenerationOptions.builder().topP(0.9).build().sampling().orElseThrow().topK())
        .isEqualTo(50);
    assertThat(GenerationOptions.builder().topK(0).build().sampling().orElseThrow().topK())
        .isZero();
  }

  @Test
  void samplingMayBeTurnedOnOffAndLeftOpenByItself() {
    assertThat(GenerationOptions.builder().doSample(true).build().sampling()).isPresent();
    assertThat(GenerationOptions.builder().doSample(false).build().sampling()).isEmpty();
    assertThat(
            GenerationOptions.builder().doSample(false).doSample(null).seed(1).build().sampling())
        .isPresent();
  }

  @Test
  void aBuilderThatGoesOnChangesNothingThatWasBuilt() {
    Builder builder = GenerationOptions.builder().numBeams(2);
    GenerationOptions built = builder.build();
    builder.numBeams(3);
    assertThat(built.numBeams()).isEqualTo(2);
    assertThat(built).isEqualTo(GenerationOptions.builder().numBeams(2).build());
    assertThat(built.toBuilder().build()).isEqualTo(built);
  }

  @Test
  void theBuilderTakesAndFillsTheRecords() {
    Sampling sampling = new Sampling(0.7, 0, 0.9, 0.1, 0.95, OptionalLong.of(3));
    Penalties penalties = new Penalties(1.3, 0.5, 0.25, 2);
    AnswerConstraints constraints =
        new AnswerConstraints(4, List.of("."), List.of("bad"), List.of(List.of(5, 6)), "Sie sind");
    GenerationOptions one =
        GenerationOptions.builder()
            .temperature(0.7)
            .topK(0)
            .topP(0.9)
            .minP(0.1)
            .typicalP(0.95)
            .seed(3)
            .repetitionPenalty(1.3)
            .presencePenalty(0.5)
            .frequencyPenalty(0.25)
            .noRepeatNgramSize(2)
            .minNewTokens(4)
            .stop(List.of("."))
            .badWords(List.of("bad"))
            .badWordsIds(List.of(List.of(5, 6)))
            .forcedPrefix("Sie sind")
            .build();
    assertThat(one.sampling()).contains(sampling);
    assertThat(one.penalties()).isEqualTo(penalties);
    assertThat(one.constraints()).isEqualTo(constraints);
    assertThat(
            GenerationOptions.builder()
                .sampling(sampling)
                .penalties(penalties)
                .constraints(constraints)
                .build())
        .isEqualTo(one);
    assertThat(one.toBuilder().build()).isEqualTo(one).hasToString(one.toString());
  }

  @Test
  void promptLookupIsLeftToTheModelUnlessItIsSet() {
    assertThat(GenerationOptions.GREEDY.promptLookup()).isEmpty();
    GenerationOptions drafting =
        GenerationOptions.builder().promptLookupNumTokens(8).maxMatchingNgramSize(3).build();
    assertThat(drafting.promptLookup()).contains(new PromptLookup(8, 3));
    assertThat(drafting.isPlainGreedy()).isTrue();
    assertThat(drafting.toBuilder().build()).isEqualTo(drafting);
    assertThat(GenerationOptions.builder().promptLookupNumTokens(8).build().promptLookup())
        .contains(new PromptLookup(8, 2));
  }

  @Test
  void promptLookupThatIsOffGoesWithBeams() {
    GenerationOptions beams =
        GenerationOptions.builder().promptLookupNumTokens(0).numBeams(2).build();
    assertThat(beams.promptLookup()).contains(PromptLookup.NONE);
  }

  @Test
  void aBeamSearchIsThereAboveOneBeam() {
    BeamSearch beams = new BeamSearch(4, 0.6, EarlyStopping.TRUE);
    GenerationOptions options = GenerationOptions.builder().beamSearch(beams).build();
    assertThat(options.beamSearch()).contains(beams);
    assertThat(options.numBeams()).isEqualTo(4);
    assertThat(options)
        .isEqualTo(
            GenerationOptions.builder()
                .numBeams(4)
                .lengthPenalty(0.6)
                .earlyStopping(EarlyStopping.TRUE)
                .build());
    assertThat(GenerationOptions.GREEDY.beamSearch()).isEmpty();
    assertThatThrownBy(() -> BeamSearch.of(1))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("numBeams must be between 2 and 64, but was 1");
  }

  @Test
  void aHostNamesTheFieldsOfARefusal() {
    Builder builder = GenerationOptions.builder().doSample(false).topP(0.9).seed(1);
    assertThatThrownBy(builder::build)
        .isInstanceOfSatisfying(
            InvalidRequestException.class,
            refused ->
                assertThat(refused.messageFor(name -> "<" + name + ">"))
                    .isEqualTo(
                        "<doSample> must be true or left out beside <topP>, <seed>, but was false"));
  }
}
