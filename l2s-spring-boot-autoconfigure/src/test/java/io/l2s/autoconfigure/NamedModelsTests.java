package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.l2s.FeatureCacheStatistics;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationStream;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.ServingStatistics;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ModelLoader;
import io.l2s.autoconfigure.Models.Answer;
import io.l2s.autoconfigure.OwnBeansTests.ClosingModel;
import io.l2s.autoconfigure.OwnBeansTests.CountingEncoder;
import io.l2s.autoconfigure.web.GenerationProblems;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Several models in one application, by properties and by program. */
class NamedModelsTests {

  private static final ApplicationContextRunner NAMED =
      Models.RUNNER.withPropertyValues(
          "l2s.models.add.bundle=" + Models.BUNDLE,
          "l2s.models.add.llm.precision=f32",
          "l2s.models.add.slm.precision=f32",
          "l2s.models.add.warm-up=false",
          "l2s.models.replace.llm.location=" + Models.LLM,
          "l2s.models.replace.slm.location=" + Models.REPLACE.resolve("slm"),
          "l2s.models.replace.projector.location="
              + Models.REPLACE.resolve("projector.safetensors"),
          "l2s.models.replace.fusion=replace",
          "l2s.models.replace.llm.precision=f32",
          "l2s.models.replace.slm.precision=f32",
          "l2s.models.replace.queue.capacity=7");

  @Test
  void eachModelIsABeanThatItsNameQualifies() {
    NAMED
        .withUserConfiguration(Injected.class)
        .run(
            context -> {
              Injection injected = context.getBean(Injection.class);
              assertAnswersAsTheReference(injected.add(), Models.answers(Models.BUNDLE).get(0));
              assertAnswersAsTheReference(
                  injected.replace(), Models.answers(Models.REPLACE).get(0));
            });
  }

  @Test
  void eachModelHasItsOwnBoundsAndIsListed() {
    NAMED.run(
        context -> {
          HybridLanguageModels models = context.getBean(HybridLanguageModels.class);
          assertThat(models.all()).extracting(ServedModel::name).containsExactly("add", "replace");
          assertThat(models.all())
              .extracting(ServedModel::state)
              .containsOnly(ServedModel.State.READY);
          ModelDescription replace = models.find("replace").orElseThrow().description();
          assertThat(replace.options().queueCapacity()).isEqualTo(7);
          assertThat(replace.components().get(ModelPart.LLM).family()).isEqualTo("t5");
          ModelDescription add = models.find("add").orElseThrow().description();
          assertThat(add.options().queueCapacity()).isEqualTo(256);
          assertThat(add.bundle().orElseThrow().directory())
              .isEqualTo(Models.BUNDLE.toAbsolutePath().normalize());
        });
  }

  @Test
  void withoutAPrimaryModelAnInjectionMustNameOne() {
    NAMED.run(
        context ->
            assertThatThrownBy(() -> context.getBeanFactory().getBean(HybridLanguageModel.class))
                .isInstanceOf(NoUniqueBeanDefinitionException.class)
                .hasMessageContaining("found 2"));
  }

  @Test
  void thePrimaryModelIsInjectedWhereNoNameIsGiven() {
    NAMED
        .withPropertyValues("l2s.primary=replace")
        .run(
            context ->
                assertThat(context.getBean(HybridLanguageModel.class))
                    .isSameAs(context.getBean(ModelNames.beanName("replace"))));
  }

  @Test
  void theSingleModelIsThePrimaryOneBesideNamedModels() {
    NAMED
        .withPropertyValues("l2s.bundle=" + Models.BUNDLE, "l2s.warm-up=false")
        .run(
            context -> {
              assertThat(context.getBean(HybridLanguageModel.class))
                  .isSameAs(context.getBean("l2sHybridLanguageModel"));
              assertThat(context.getBean(HybridLanguageModels.class).all())
                  .extracting(ServedModel::name)
                  .containsExactly("add", "default", "replace");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "l2s.primary, de, 'It must be one of add, replace.'",
    "l2s.models.default.warm-up, false, 'The name default is that of the model at l2s.bundle'",
    "l2s.models.[a.b].warm-up, false, 'only letters, digits, _ and -.'",
  })
  void aWrongNameIsRefused(String property, String value, String reason) {
    NAMED
        .withPropertyValues(property + "=" + value)
        .run(context -> assertThat(context).getFailure().hasMessageContaining(reason));
  }

  @Test
  void aValueOutOfBoundsIsNamedWithThePropertyOfTheModel() {
    NAMED
        .withPropertyValues("l2s.models.replace.queue.capacity=0")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("l2s.models.replace.queue.capacity"));
  }

  @Test
  void aRefusedRequestIsReportedWithThePropertyOfTheModel() {
    NAMED
        .withPropertyValues("l2s.models.replace.batch.max-size=2")
        .run(
            context -> {
              HybridLanguageModels models = context.getBean(HybridLanguageModels.class);
              assertThat(problem(models, "add", 17)).contains("(l2s.models.add.batch.max-size)");
              assertThat(problem(models, "replace", 3))
                  .contains("(l2s.models.replace.batch.max-size)");
            });
  }

  @Test
  void aRequestThatFailsIsReportedWithThePropertyOfTheModel() {
    NAMED
        .withPropertyValues(
            "l2s.models.replace.native-call-limit=1ns", "l2s.models.replace.warm-up=false")
        .run(
            context -> {
              HybridLanguageModel model =
                  context.getBean(HybridLanguageModels.class).find("replace").orElseThrow().model();
              assertThatThrownBy(() -> model.generate("a b c"))
                  .isInstanceOfSatisfying(
                      ModelUnresponsiveException.class,
                      failure ->
                          assertThat(GenerationProblems.of(failure).getDetail())
                              .contains("longer than l2s.models.replace.native-call-limit, PT"));
            });
  }

  @Test
  void aModelOfTheFactoryHasNoPropertiesOfItsOwn() {
    NAMED.run(
        context -> {
          context
              .getBean(HybridLanguageModelFactory.class)
              .create("own", BundleReader.open(Models.BUNDLE), ServingOptions.STANDARD);
          assertThat(problem(context.getBean(HybridLanguageModels.class), "own", 17))
              .doesNotContain("l2s.models");
        });
  }

  /** What a client sees who asks for more beams than a batch has rows. */
  private static String problem(HybridLanguageModels models, String name, int beams) {
    GenerationRequest request =
        GenerationRequest.of("a").withOptions(GenerationOptions.builder().numBeams(beams).build());
    HybridLanguageModel model = models.find(name).orElseThrow().model();
    return GenerationProblems.of(
            catchThrowableOfType(InvalidRequestException.class, () -> model.generate(request)))
        .getDetail();
  }

  @Test
  void aPartOfTheApplicationServesTheModelThatItsQualifierNames() {
    NAMED
        .withUserConfiguration(EncoderOfAdd.class)
        .run(
            context -> {
              CountingEncoder own = context.getBean(CountingEncoder.class);
              HybridLanguageModels models = context.getBean(HybridLanguageModels.class);
              assertThat(own.calls).hasValue(0);
              assertAnswersAsTheReference(
                  models.find("add").orElseThrow().model(), Models.answers(Models.BUNDLE).get(0));
              assertThat(own.calls).hasPositiveValue();
              assertThat(models.find("add").orElseThrow().description().components())
                  .doesNotContainKey(ModelPart.LLM);
            });
  }

  @Test
  void aModelOfTheFactoryIsDecoratedListedAndClosedLikeAConfiguredOne() {
    List<String> closed = new CopyOnWriteArrayList<>();
    NAMED
        .withBean(
            HybridLanguageModelDecorator.class,
            () ->
                (model, description) ->
                    new ClosingModel(model, () -> closed.add(description.name())))
        .run(
            context -> {
              HybridLanguageModel own =
                  context
                      .getBean(HybridLanguageModelFactory.class)
                      .create("own", BundleReader.open(Models.BUNDLE), ServingOptions.STANDARD);
              assertThat(own.routes()).contains(Route.HYBRID);
              assertThat(context.getBean(HybridLanguageModels.class).find("own").orElseThrow())
                  .returns(own, ServedModel::model);
            });
    assertThat(closed).contains("add", "own", "replace");
  }

  @Test
  void theWarmUpIsNotCountedByTheFeatureCache() {
    NAMED.run(
        context -> {
          HybridLanguageModel model =
              context.getBean(ModelNames.beanName("replace"), HybridLanguageModel.class);
          FeatureCacheStatistics before = model.featureCacheStatistics();
          assertThat(before.entries()).as("of the warm-up").isPositive();
          assertThat(before.hits() + before.misses()).isZero();
          model.generate("a");
          assertThat(model.featureCacheStatistics().hits()).as("a is warm").isOne();
        });
  }

  @Test
  void aReloadLosesNoRequestAndKeepsTheCounts() {
    NAMED.run(
        context -> {
          ServedModel served =
              context.getBean(HybridLanguageModels.class).find("add").orElseThrow();
          Answer expected = Models.answers(Models.BUNDLE).get(0);
          GenerationRequest request =
              GenerationRequest.of(expected.prompt()).withMaxNewTokens(expected.maxNewTokens());
          HybridLanguageModel model = served.model();
          try (GenerationStream running = model.stream(request)) {
            served.reload();
            assertThat(served.model()).isSameAs(model);
            assertThat(model.generate(request).ids()).isEqualTo(expected.ids());
            running.forEach(chunk -> {});
            assertThat(running.result().ids()).isEqualTo(expected.ids());
          }
          assertThat(served.requestsInProgress()).isZero();
          FeatureCacheStatistics cache = model.featureCacheStatistics();
          ServingStatistics serving = model.servingStatistics();
          assertThat(cache.hits()).isZero();
          assertThat(cache.misses()).as("each set of weights read the prompt").isEqualTo(2);
          assertThat(serving.decodeCalls()).isPositive();

          served.reload();
          assertThat(model.featureCacheStatistics())
              .returns(0L, FeatureCacheStatistics::hits)
              .returns(2L, FeatureCacheStatistics::misses)
              .returns(0L, FeatureCacheStatistics::entries);
          // The last step may be counted after its answer is there.
          assertThat(model.servingStatistics().decodeCalls())
              .isGreaterThanOrEqualTo(serving.decodeCalls());

          model.generate(request);
          model.generate(request);
          assertThat(model.featureCacheStatistics())
              .returns(1L, FeatureCacheStatistics::hits)
              .returns(3L, FeatureCacheStatistics::misses);
        });
  }

  @Test
  void aClosedModelIsNotReloaded() {
    NAMED.run(
        context -> {
          ServedModel served =
              context.getBean(HybridLanguageModels.class).find("add").orElseThrow();
          served.model().close();
          assertThat(served.state()).isEqualTo(ServedModel.State.CLOSED);
          assertThatThrownBy(served::reload)
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("model add is closed, so it cannot be reloaded");
        });
  }

  private static void assertAnswersAsTheReference(HybridLanguageModel model, Answer expected) {
    assertThat(
            model
                .generate(
                    GenerationRequest.of(expected.prompt())
                        .withMaxNewTokens(expected.maxNewTokens()))
                .ids())
        .isEqualTo(expected.ids());
  }

  record Injection(HybridLanguageModel add, HybridLanguageModel replace) {}

  @Configuration(proxyBeanMethods = false)
  static class Injected {
    @Bean
    Injection injection(
        @Qualifier("add") HybridLanguageModel add,
        @Qualifier("replace") HybridLanguageModel replace) {
      return new Injection(add, replace);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class EncoderOfAdd {
    @Bean(defaultCandidate = false)
    @Qualifier("add")
    CountingEncoder encoder(ModelLoader loader) {
      return new CountingEncoder(loader.loadLlm(Models.LLM, Models.F32));
    }
  }
}
