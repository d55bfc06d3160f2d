package io.l2s.autoconfigure.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.ChatMessage;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.Route;
import io.l2s.TextChunk;
import io.l2s.autoconfigure.resilience.L2sResilienceAutoConfiguration;
import io.l2s.autoconfigure.resilience.Resilience4j;
import io.l2s.projector.Projector;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;

/** The auto-configured model's answers as operators see them. */
class L2sObservationAutoConfigurationTests {

  private static final String REQUESTS = "gen_ai.server.request.duration";

  @Test
  void anAnswerIsTimedByModelRouteAndOutcome() {
    Observed.RUNNER.run(
        context -> {
          MeterRegistry meters = context.getBean(MeterRegistry.class);
          GenerationResult result = context.getBean(HybridLanguageModel.class).generate("a b");
          Timer requests =
              meters
                  .get(REQUESTS)
                  .tag("gen_ai.operation.name", "text_completion")
                  .tag("gen_ai.provider.name", "l2s")
                  .tag("gen_ai.request.model", "default")
                  .tag("l2s.model", "default")
                  .tag("l2s.route", "hybrid")
                  .tag("l2s.degradation", "none")
                  .tag("l2s.outcome", "length")
                  .tag("error.type", "none")
                  .timer();
          assertThat(requests.count()).isOne();
          assertThat(tokens(meters, "input")).isEqualTo(result.usage().promptTokens());
          assertThat(tokens(meters, "output")).isEqualTo(8);
          Timer firstToken = meters.get("gen_ai.server.time_to_first_token").timer();
          assertThat(firstToken.totalTime(TimeUnit.NANOSECONDS))
              .isEqualTo(result.timings().firstToken().toNanos());
          Timer perToken = meters.get("gen_ai.server.time_per_output_token").timer();
          assertThat(perToken.totalTime(TimeUnit.NANOSECONDS))
              .isEqualTo(
                  result.timings().total().minus(result.timings().firstToken()).toNanos() / 7);
        });
  }

  private static double tokens(MeterRegistry meters, String type) {
    return meters.get("l2s.tokens").tag("gen_ai.token.type", type).counter().count();
  }

  @Test
  void everyStageOfAnAnswerIsTimedAndIsASpanBeneathTheRequests() {
    Observed.RUNNER.run(
        context -> {
          GenerationResult result = context.getBean(HybridLanguageModel.class).generate("a b");
          SimpleTracer tracer = context.getBean(SimpleTracer.class);
          assertThat(tracer.getSpans())
              .extracting(SimpleSpan::getName)
              .containsExactlyInAnyOrder(
                  "text_completion default", "queue", "encode", "project", "prefill", "decode");
          SimpleSpan request = span(tracer, "text_completion default");
          SimpleSpan decode = span(tracer, "decode");
          assertThat(decode.context().traceId()).isEqualTo(request.context().traceId());
          assertThat(decode.getParentId()).isEqualTo(request.context().spanId());
          assertThat(request.getTags())
              .containsEntry("gen_ai.usage.output_tokens", "8")
              .containsEntry("gen_ai.response.finish_reasons", "[\"length\"]")
              .containsEntry("l2s.route", "hybrid");
          long encoded = result.timings().encode().toMillis();
          assertThat(
                  span(tracer, "encode")
                      .getStartTimestamp()
                      .until(span(tracer, "project").getStartTimestamp(), ChronoUnit.MILLIS))
              .isBetween(encoded - 1, encoded + 1);
          assertThat(
                  context
                      .getBean(MeterRegistry.class)
                      .get("l2s.stage")
                      .tag("l2s.stage", "decode")
                      .timer()
                      .totalTime(TimeUnit.NANOSECONDS))
              .isEqualTo(result.timings().decode().toNanos());
        });
  }

  private static SimpleSpan span(SimpleTracer tracer, String name) {
    return tracer.getSpans().stream()
        .filter(each -> each.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aCachedPromptIsNotEncodedAndCountsAsHit() {
    Observed.RUNNER.run(
        context -> {
          HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
          MeterRegistry meters = context.getBean(MeterRegistry.class);
          model.generate("a b");
          model.generate("a b");
          assertThat(meters.get("l2s.stage").tag("l2s.stage", "encode").timer().count()).isOne();
          assertThat(cacheGets(meters, "hit")).isOne();
          assertThat(cacheGets(meters, "miss")).isOne();
          assertThat(meters.get("l2s.feature.cache.size").gauge().value()).isOne();
          assertThat(meters.get("l2s.feature.cache.memory").gauge().value())
              .isEqualTo(model.featureCacheStatistics().bytes());
          assertThat(meters.get("l2s.decode.sequences").functionCounter().count()).isPositive();
        });
  }

  private static double cacheGets(MeterRegistry meters, String result) {
    return meters.get("l2s.feature.cache.gets").tag("result", result).functionCounter().count();
  }

  @Test
  void aFallbackIsTaggedWithItsCause() {
    Observed.RUNNER
        .withConfiguration(
            AutoConfigurations.of(
                L2sResilienceAutoConfiguration.class, Resilience4j.CIRCUIT_BREAKERS))
        .withPropertyValues(
            "resilience4j.circuitbreaker.instances.l2s-slm.minimum-number-of-calls=1")
        .withBean(Projector.class, FailingProjector::new)
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              model.generate("a b");
              assertThat(degraded(meters, "slm_failed").count()).isOne();
              model.generate("a b");
              assertThat(degraded(meters, "circuit_open").count()).isOne();
              assertThat(tokens(meters, "output")).isPositive();
            });
  }

  private static Timer degraded(MeterRegistry meters, String cause) {
    return meters.get(REQUESTS).tag("l2s.route", "llm_only").tag("l2s.degradation", cause).timer();
  }

  @Test
  void aRequestThatIsInvalidCountsAsSuch() {
    Observed.RUNNER
        .withPropertyValues("l2s.max-prompt-characters=5")
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              assertThatThrownBy(() -> model.generate("longer than five"))
                  .isInstanceOf(InvalidRequestException.class);
              Timer invalid =
                  context
                      .getBean(MeterRegistry.class)
                      .get(REQUESTS)
                      .tag("l2s.outcome", "invalid")
                      .tag("l2s.route", "none")
                      .timer();
              assertThat(invalid.count()).isOne();
            });
  }

  @Test
  void theListenerRunsInTheCallersObservation() {
    Observed.RUNNER.run(
        context -> {
          ObservationRegistry registry = context.getBean(ObservationRegistry.class);
          Observation caller = Observation.start("caller", registry);
          CompletableFuture<GenerationResult> end = new CompletableFuture<>();
          List<Observation> seen = new ArrayList<>();
          GenerationListener listener =
              new GenerationListener() {
                @Override
                public void onChunk(TextChunk chunk) {
                  seen.add(registry.getCurrentObservation());
                }

                @Override
                public void onComplete(GenerationResult result) {
                  seen.add(registry.getCurrentObservation());
                  end.complete(result);
                }

                @Override
                public void onError(L2sException failure) {
                  end.completeExceptionally(failure);
                }
              };
          caller.scoped(
              () ->
                  context
                      .getBean(HybridLanguageModel.class)
                      .submit(GenerationRequest.of("a b"), listener));
          end.join();
          assertThat(seen).hasSizeGreaterThan(1).allMatch(each -> each == caller);
          SimpleTracer tracer = context.getBean(SimpleTracer.class);
          caller.stop();
          assertThat(span(tracer, "text_completion default").getParentId())
              .isEqualTo(span(tracer, "caller").context().spanId());
        });
  }

  @Test
  void aConversationIsNamedSo() {
    Observed.RUNNER.run(
        context -> {
          HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
          // The small model has no chat template; the request is refused, but counted.
          assertThatThrownBy(() -> model.chat(List.of(ChatMessage.user("a"))))
              .isInstanceOf(InvalidRequestException.class);
          Timer chats =
              context
                  .getBean(MeterRegistry.class)
                  .get(REQUESTS)
                  .tag("gen_ai.operation.name", "chat")
                  .timer();
          assertThat(chats.count()).isOne();
        });
  }

  @Test
  void anOwnConventionReplacesNamesAndKeys() {
    Observed.RUNNER
        .withBean(
            GenerationObservationConvention.class,
            () ->
                new DefaultGenerationObservationConvention(false) {
                  @Override
                  public String getName() {
                    return "translation";
                  }
                })
        .run(
            context -> {
              context.getBean(HybridLanguageModel.class).generate("a");
              assertThat(context.getBean(MeterRegistry.class).get("translation").timer().count())
                  .isOne();
            });
  }

  @Test
  void eachModelHasMetersOfItsOwn() {
    Observed.RUNNER
        .withPropertyValues(
            "l2s.models.other.bundle=" + Observed.BUNDLE,
            "l2s.models.other.queue.capacity=7",
            "l2s.models.other.warm-up=false")
        .run(
            context -> {
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              context.getBean(HybridLanguageModel.class).generate("a");
              assertThat(capacity(meters, "default")).isEqualTo(256);
              assertThat(capacity(meters, "other")).isEqualTo(7);
              assertThat(meters.get(REQUESTS).tag("l2s.model", "default").timer().count()).isOne();
              assertThat(meters.find(REQUESTS).tag("l2s.model", "other").timer()).isNull();
            });
  }

  private static double capacity(MeterRegistry meters, String model) {
    return meters.get("l2s.queue.capacity").tag("l2s.model", model).gauge().value();
  }

  @Test
  void observationsCanBeSwitchedOff() {
    Observed.RUNNER
        .withPropertyValues("management.observations.enable.gen_ai=false")
        .run(
            context -> {
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              context.getBean(HybridLanguageModel.class).generate("a");
              assertThat(meters.find(REQUESTS).timer()).isNull();
              assertThat(meters.find("l2s.tokens").counter()).isNull();
              assertThat(meters.find("l2s.queue.capacity").gauge()).isNotNull();
            });
  }

  @Test
  void withoutRegistriesNothingIsDecorated() {
    Observed.WITHOUT_REGISTRIES.run(
        context -> {
          assertThat(context).hasNotFailed();
          assertThat(context.getBean(HybridLanguageModel.class))
              .isNotInstanceOf(ObservedLanguageModel.class);
          assertThat(context.getBean(HybridLanguageModel.class).generate("a").route())
              .isEqualTo(Route.HYBRID);
        });
  }

  @Test
  void withoutMicrometersMetersAndSpansTheModelWorks() {
    Observed.WITHOUT_REGISTRIES
        .withClassLoader(new FilteredClassLoader("io.micrometer.core", "io.micrometer.tracing"))
        .run(
            context ->
                assertThat(context.getBean(HybridLanguageModel.class).generate("a").route())
                    .isEqualTo(Route.HYBRID));
  }

  private static final class FailingProjector implements Projector {

    @Override
    public int inputWidth() {
      return 96;
    }

    @Override
    public int outputWidth() {
      return 64;
    }

    @Override
    public NDArray project(NDManager scope, NDArray features) {
      throw new IllegalStateException("out of order");
    }
  }
}
