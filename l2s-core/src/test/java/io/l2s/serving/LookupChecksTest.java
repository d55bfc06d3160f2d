package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.l2s.Fixture;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.InvalidRequestException;
import io.l2s.OnEngine;
import io.l2s.PromptLookup;
import io.l2s.Route;
import io.l2s.decoding.PromptDrafts;
import io.l2s.tokenizer.Tokenizer;
import io.l2s.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a request looks up on which route, in whose ids. */
class LookupChecksTest extends OnEngine {

  private static final GenerationRequest PROMPT = GenerationRequest.of("abc");
  private static final GenerationRequest DRAFTED = PROMPT.withOptions(drafting(7));
  private static final int[] PROMPT_IDS = {97, 98, 99};
  private static final LookupChecks OFF = new LookupChecks(PromptLookup.NONE);
  private static final LookupChecks ON = new LookupChecks(PromptLookup.of(5));

  @TempDir private Path directory;

  private final EchoEncoder encoder = new EchoEncoder();
  private final EchoDecoder slm = new EchoDecoder(0);
  private final EchoDecoder llmDecoder = new EchoDecoder(1);

  private static GenerationOptions drafting(int tokens) {
    return GenerationOptions.builder().promptLookupNumTokens(tokens).build();
  }

  /** Paths whose answers on the route {@code HYBRID} have this text. */
  private Map<Route, RoutePath> paths(TextCodec answers) {
    encoder.decoder = Optional.of(llmDecoder);
    ServedComponents one = Rig.components(encoder, slm);
    ServedComponents two =
        new ServedComponents(
            one.llm(),
            Optional.of(
                new ServedComponents.Slm(Rig.fuser(slm), slm, answers, Set.of(EchoCodec.EOS))),
            Optional.empty());
    return Routes.of(two, new HandTurnedThread(runtime));
  }

  private static PromptDrafts drafts(LookupChecks checks, RoutePath path, GenerationRequest asked) {
    return checks.drafts(path, asked, PROMPT_IDS, asked::prompt);
  }

  @Test
  void nothingIsDraftedUnlessTheRequestOrTheDefaultSays() {
    RoutePath path = paths(new EchoCodec()).get(Route.HYBRID);
    assertThat(drafts(OFF, path, PROMPT)).isEqualTo(PromptDrafts.NONE);
    assertThat(drafts(OFF, path, DRAFTED).lookup()).isEqualTo(PromptLookup.of(7));
    assertThat(drafts(ON, path, PROMPT).lookup()).isEqualTo(PromptLookup.of(5));
    assertThat(drafts(ON, path, DRAFTED).lookup()).isEqualTo(PromptLookup.of(7));
    assertThat(drafts(ON, path, PROMPT.withOptions(drafting(0)))).isEqualTo(PromptDrafts.NONE);
  }

  @Test
  void thePromptsIdsAreLookedUpWhereTheyAreThoseOfTheModelThatWrites() {
    Map<Route, RoutePath> paths = paths(new EchoCodec());
    assertThat(drafts(OFF, paths.get(Route.HYBRID), DRAFTED).prompt()).containsExactly(97, 98, 99);
    assertThat(drafts(OFF, paths.get(Route.LLM_ONLY), DRAFTED).prompt())
        .containsExactly(97, 98, 99);
  }

  @Test
  void anSlmOfAnotherTokenizerLooksThePromptUpInItsOwnIds() {
    Map<Route, RoutePath> paths = paths(new NextCharacter());
    assertThat(drafts(OFF, paths.get(Route.HYBRID), DRAFTED).prompt()).containsExactly(98, 99, 100);
    assertThat(drafts(OFF, paths.get(Route.LLM_ONLY), DRAFTED).prompt())
        .containsExactly(97, 98, 99);
  }

  @Test
  void aPromptThatTheWritersTokenizerDoesNotReadLeavesTheAnswerToLookUp() throws IOException {
    Path checkpoint = Fixture.copy("t5-llm", directory);
    Path file = checkpoint.resolve("tokenizer.json");
    JsonObject tokenizer = Fixture.json(file);
    tokenizer.getAsJsonObject("model").add("unk_id", JsonNull.INSTANCE);
    Files.writeString(file, tokenizer.toString());
    RoutePath path = paths(TextCodec.of(Tokenizer.load(file))).get(Route.HYBRID);
    GenerationRequest unread = GenerationRequest.of("日本").withOptions(drafting(7));
    PromptDrafts drafts = drafts(OFF, path, unread);
    assertThat(drafts.lookup().drafts()).isTrue();
    assertThat(drafts.prompt()).isEmpty();
  }

  @Test
  void theRouteExactRefusesDraftsAndIgnoresTheDefault() {
    RoutePath path = paths(new EchoCodec()).get(Route.EXACT);
    assertThatThrownBy(() -> drafts(OFF, path, DRAFTED))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "promptLookupNumTokens must be 0 on the route EXACT, on which the SLM drafts, but was"
                + " 7");
    assertThat(drafts(ON, path, PROMPT)).isEqualTo(PromptDrafts.NONE);
  }

  @Test
  void aDecoderThatTakesNoTokensBackRefusesDraftsAndIgnoresTheDefault() {
    slm.rewindable = false;
    RoutePath path = paths(new EchoCodec()).get(Route.HYBRID);
    assertThatThrownBy(() -> drafts(OFF, path, DRAFTED))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "promptLookupNumTokens must be 0 on the route HYBRID, whose decoder takes no tokens"
                + " back, but was 7");
    assertThat(drafts(ON, path, PROMPT)).isEqualTo(PromptDrafts.NONE);
  }

  /** The tokens of the other tests under the next id each. */
  private static final class NextCharacter implements TextCodec {

    @Override
    public int[] encode(String prompt) {
      throw new AssertionError("it reads no prompts");
    }

    @Override
    public int[] encodeAnswer(String text) {
      return text.chars().map(each -> each + 1).toArray();
    }

    @Override
    public Vocabulary vocabulary() {
      return new Vocabulary(1 << 16, "next characters");
    }

    @Override
    public AnswerText newAnswer() {
      throw new AssertionError("nothing is answered");
    }
  }
}
