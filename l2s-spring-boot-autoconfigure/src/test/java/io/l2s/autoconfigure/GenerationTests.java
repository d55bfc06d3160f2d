package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.Bundle;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.autoconfigure.Models.Answer;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The auto-configured model answers as transformers does. */
class GenerationTests {

  @Test
  void aBundleAnswersAsTheReferenceByBothRoutes() {
    Models.WITH_BUNDLE.run(
        context -> {
          assertThat(context).hasNotFailed().hasSingleBean(Bundle.class);
          assertAnswers(context, Route.HYBRID, Models.BUNDLE);
          assertAnswers(context, Route.LLM_ONLY, Models.LLM);
        });
  }

  @Test
  void aBundleOfPartsElsewhereAnswersByThreeRoutes() {
    Models.WITH_BUNDLE
        .withPropertyValues(
            "l2s.bundle=file:../l2s-spring-boot-autoconfigure/src/test/resources/fixtures/bundle-a")
        .run(
            context -> {
              // The model that answers alone is no second SlmDecoder: that type means the SLM.
              assertThat(context).hasNotFailed().hasSingleBean(SlmDecoder.class);
              assertAnswers(context, Route.HYBRID, Models.BUNDLE);
              assertAnswers(context, Route.LLM_ONLY, Models.LLM);
              assertAnswers(context, Route.SLM_ONLY, Models.LLM);
            });
  }

  @Test
  void aBundleMayBeAFileLocation() {
    Models.WITH_BUNDLE
        .withPropertyValues("l2s.bundle=file:" + Models.BUNDLE)
        .run(context -> assertThat(context).hasSingleBean(HybridLanguageModel.class));
  }

  @Test
  void partsByTheirOwnLocationsAnswerAsTheReference() {
    Models.WITH_PARTS.run(context -> assertAnswers(context, Route.HYBRID, Models.BUNDLE));
  }

  @Test
  void anotherFusionGivesAnotherAnswer() {
    Answer expected = Models.answers(Models.BUNDLE).get(0);
    Models.WITH_PARTS
        .withPropertyValues("l2s.fusion=replace")
        .run(
            context ->
                assertThat(answer(context, Route.HYBRID, expected).ids())
                    .isNotEqualTo(expected.ids()));
  }

  @Test
  void aPairOfTwoTokenizersAnswersWhereThePromptHasTheLlms(@TempDir Path slm) throws IOException {
    copyWithOtherIds(Models.REPLACE.resolve("slm"), slm);
    ApplicationContextRunner pair =
        Models.WITH_PARTS.withPropertyValues(
            "l2s.slm.location=" + slm,
            "l2s.projector.location=" + Models.REPLACE.resolve("projector.safetensors"),
            "l2s.fusion=replace");

    pair.run(context -> assertThat(context).getFailure().hasRootCauseMessage(refusal(slm)));
    pair.withPropertyValues("l2s.prompt-tokenizer=llm")
        .run(
            context -> {
              assertAnswers(context, Route.HYBRID, Models.REPLACE);
              assertThat(context.getBean(HybridLanguageModel.class).routes())
                  .containsExactlyInAnyOrder(Route.HYBRID, Route.LLM_ONLY);
            });
  }

  private static String refusal(Path slm) {
    return slm.toAbsolutePath().normalize()
        + ": the tokenizer of the SLM differs from the LLM's in tokens or ids, but promptTokenizer"
        + " slm needs one vocabulary; set promptTokenizer llm, with a projector that was trained so";
  }

  /** Copies a checkpoint; two of its tokens have each other's ids in the copy. */
  private static void copyWithOtherIds(Path source, Path target) throws IOException {
    for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(source.resolve(name), target.resolve(name));
    }
    Path file = target.resolve("tokenizer.json");
    JsonObject tokenizer = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    JsonArray tokens = tokenizer.getAsJsonObject("model").getAsJsonArray("vocab");
    JsonElement token = tokens.get(300);
    tokens.set(300, tokens.get(301));
    tokens.set(301, token);
    Files.writeString(file, tokenizer.toString());
  }

  @Test
  void anLlmByItselfHasNoOtherRoute() {
    Models.RUNNER
        .withPropertyValues("l2s.llm.location=" + Models.LLM, "l2s.llm.precision=f32")
        .run(
            context -> {
              assertThat(context)
                  .doesNotHaveBean(SlmDecoder.class)
                  .doesNotHaveBean(Projector.class);
              assertThat(context.getBean(HybridLanguageModel.class).routes())
                  .containsExactly(Route.LLM_ONLY);
              assertAnswers(context, Route.LLM_ONLY, Models.LLM);
            });
  }

  @Test
  void djlIsKeptOffTheNetwork() {
    System.clearProperty("ai.djl.offline");
    Models.WITH_PARTS.run(
        context -> assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true"));
  }

  private static void assertAnswers(BeanFactory context, Route route, Path fixture) {
    assertThat(Models.answers(fixture))
        .isNotEmpty()
        .allSatisfy(
            expected -> {
              GenerationResult actual = answer(context, route, expected);
              assertThat(actual.route()).isEqualTo(route);
              assertThat(actual.ids()).as(expected.prompt()).isEqualTo(expected.ids());
            });
  }

  private static GenerationResult answer(BeanFactory context, Route route, Answer expected) {
    return context
        .getBean(HybridLanguageModel.class)
        .generate(
            GenerationRequest.of(expected.prompt())
                .withRoute(route)
                .withMaxNewTokens(expected.maxNewTokens()));
  }
}
