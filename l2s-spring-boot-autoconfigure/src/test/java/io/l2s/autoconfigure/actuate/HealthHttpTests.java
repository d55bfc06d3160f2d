package io.l2s.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.l2s.HybridLanguageModel;
import io.l2s.ModelUnresponsiveException;
import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.autoconfigure.HybridLanguageModelFactory;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health of models in each state, as probes see it. */
@Timeout(120)
class HealthHttpTests {

  private OperatedApplication application;

  @BeforeEach
  void start() {
    application = OperatedApplication.start();
  }

  @AfterEach
  void stop() {
    application.close();
  }

  @Test
  void aModelThatTakesRequestsIsReady() throws Exception {
    assertHealth(200, "UP", "default", "ready");
    JsonObject model = models().getAsJsonObject("default");
    assertThat(model.getAsJsonArray("routes").toString()).contains("HYBRID", "LLM_ONLY");
    JsonObject llm = model.getAsJsonObject("components").getAsJsonObject("llm");
    assertThat(llm.get("family").getAsString()).isEqualTo("t5");
    assertThat(llm.get("precision").getAsString()).isEqualTo("F32");
    assertThat(llm.get("device").getAsString()).isEqualTo("cpu");
    assertThat(model.getAsJsonObject("components").keySet()).contains("slm", "projector");
    assertThat(application.get("health/readiness").statusCode()).isEqualTo(200);
  }

  @Test
  void aModelWithAnOpenBreakerIsDegradedAndStaysInTheTraffic() throws Exception {
    CircuitBreaker breaker =
        application.bean(CircuitBreakerRegistry.class).find("l2s-slm").orElseThrow();
    breaker.transitionToOpenState();
    try {
      assertHealth(200, "UP", "default", "degraded");
      assertThat(
              models()
                  .getAsJsonObject("default")
                  .getAsJsonObject("breakers")
                  .get("l2s-slm")
                  .getAsString())
          .isEqualTo("OPEN");
      assertThat(application.get("health/readiness").statusCode()).isEqualTo(200);
    } finally {
      breaker.reset();
    }
    assertHealth(200, "UP", "default", "ready");
  }

  @Test
  void aModelWhoseFilesAreReadIsLoading() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<HybridLanguageModel> second =
        CompletableFuture.supplyAsync(
            () ->
                factory()
                    .create(
                        "second",
                        ServingOptions.STANDARD,
                        parts -> {
                          reading.countDown();
                          await(goOn);
                          throw new IllegalStateException("its files are gone");
                        }));
    reading.await();
    assertHealth(200, "UP", "second", "loading");
    assertThat(application.get("health/readiness").statusCode()).isEqualTo(200);
    goOn.countDown();
    assertThatThrownBy(second::join).hasRootCauseMessage("its files are gone");
    assertHealth(200, "UP", "default", "ready");
  }

  @Test
  void aModelThatWarmsUpHangsAndIsClosedShowsIt() throws Exception {
    SwitchedEncoder encoder =
        new SwitchedEncoder(
            application
                .bean(ModelLoader.class)
                .loadLlm(OperatedApplication.FIXTURES.resolve("t5-llm"), ComponentOptions.AUTO));
    encoder.hang();
    CompletableFuture<HybridLanguageModel> starting =
        CompletableFuture.supplyAsync(() -> create("third", encoder));
    encoder.awaitHang();
    assertHealth(200, "UP", "third", "warming");
    encoder.goOn();

    HybridLanguageModel model = starting.join();
    assertHealth(200, "UP", "third", "ready");

    BlockingQueue<ReadinessState> readiness = readinessChanges();
    encoder.hang();
    assertThatThrownBy(() -> model.generate("a prompt not seen before"))
        .isInstanceOf(ModelUnresponsiveException.class);
    assertThat(readiness.take()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
    assertHealth(503, "DOWN", "third", "unresponsive");
    assertThat(application.get("health/readiness").statusCode()).isEqualTo(503);
    encoder.goOn();
    assertThat(readiness.take()).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
    assertHealth(200, "UP", "third", "ready");

    assertThat(gauge("third")).isNotNull();
    model.close();
    assertThat(models().keySet()).containsExactly("default");
    assertThat(gauge("third")).isNull();
    assertThat(gauge("default")).isNotNull();
    assertHealth(200, "UP", "default", "ready");

    HybridLanguageModel again = create("third", encoder);
    model.close();
    assertHealth(200, "UP", "third", "ready");
    assertThat(gauge("third")).as("the former model is closed once").isNotNull();
    again.close();
    encoder.close();
  }

  @Test
  void aConfiguredModelThatIsClosedTakesTheApplicationOutOfTheTraffic() throws Exception {
    application.bean(HybridLanguageModel.class).close();
    assertHealth(503, "OUT_OF_SERVICE", "default", "closed");
    assertThat(application.get("health/readiness").statusCode()).isEqualTo(503);
  }

  @Test
  void aModelThatTheApplicationStartsWithCountsWhileItLoads() {
    AtomicReference<ModelHealth> seen = new AtomicReference<>();
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(L2sAutoConfiguration.class, L2sActuatorAutoConfiguration.class))
        .withInitializer(context -> context.getBeanFactory().registerSingleton("seen", seen))
        .withUserConfiguration(EarlyModel.class)
        .run(
            context -> {
              assertThat(context).getFailure().hasRootCauseMessage("its files are gone");
              assertThat(seen.get().status()).isEqualTo("OUT_OF_SERVICE");
              assertThat(seen.get().models()).containsOnlyKeys("early");
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class EarlyModel {
    @Bean
    HybridLanguageModel early(
        HybridLanguageModelFactory factory,
        ModelReports reports,
        AtomicReference<ModelHealth> seen) {
      return factory.create(
          "early",
          ServingOptions.STANDARD,
          parts -> {
            seen.set(ModelHealth.of(reports));
            throw new IllegalStateException("its files are gone");
          });
    }
  }

  private @Nullable Gauge gauge(String model) {
    return application
        .bean(MeterRegistry.class)
        .find("l2s.queue.waiting")
        .tag("l2s.model", model)
        .gauge();
  }

  private HybridLanguageModel create(String name, SwitchedEncoder encoder) {
    return factory()
        .create(
            name,
            ServingOptions.builder().nativeCallLimit(Duration.ofSeconds(5)).build(),
            parts -> parts.llm(encoder, OperatedApplication.FIXTURES.resolve("t5-llm")));
  }

  private BlockingQueue<ReadinessState> readinessChanges() {
    BlockingQueue<ReadinessState> changes = new LinkedBlockingQueue<>();
    ApplicationListener<AvailabilityChangeEvent<ReadinessState>> listener =
        new ApplicationListener<>() {
          @Override
          public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
            changes.add(event.getState());
          }
        };
    application.context().addApplicationListener(listener);
    return changes;
  }

  private HybridLanguageModelFactory factory() {
    return application.bean(HybridLanguageModelFactory.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void assertHealth(int code, String status, String model, String state)
      throws IOException, InterruptedException {
    HttpResponse<String> response = application.get("health/l2s");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(code);
    JsonObject health = JsonParser.parseString(response.body()).getAsJsonObject();
    assertThat(health.get("status").getAsString()).isEqualTo(status);
    assertThat(models(health).getAsJsonObject(model).get("state").getAsString()).isEqualTo(state);
  }

  private JsonObject models() throws IOException, InterruptedException {
    return models(JsonParser.parseString(application.get("health/l2s").body()).getAsJsonObject());
  }

  private static JsonObject models(JsonObject health) {
    return health.getAsJsonObject("details").getAsJsonObject("models");
  }
}
