package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.ModelClosedException;
import io.l2s.autoconfigure.OwnBeansTests.ClosingModel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;

class DrainEndTests {

  private static final int DRAIN = WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE;
  private static final int WEB_SERVER_STOP = DRAIN - 1024;

  private final List<String> stopped = new CopyOnWriteArrayList<>();
  private final ApplicationContextRunner runner =
      Models.WITH_BUNDLE
          .withPropertyValues("l2s.warm-up=false")
          .withBean(
              HybridLanguageModelDecorator.class,
              () -> (model, description) -> new ClosingModel(model, () -> stopped.add("model")));

  @Test
  void theModelClosesAfterTheDrainAndBeforeTheWebServerStops() {
    runner
        .withBean("drain", Noting.class, () -> new Noting("drain", DRAIN, stopped))
        .withBean("server", Noting.class, () -> new Noting("server", WEB_SERVER_STOP, stopped))
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(stopped).startsWith("drain", "model", "server");
  }

  @Test
  void aContextThatIsStoppedKeepsItsModelAsItMayStartAgain() {
    runner.run(
        context -> {
          context.getSourceApplicationContext().stop();
          assertThat(stopped).isEmpty();
        });
  }

  @Test
  void aModelThatNothingNeededIsNotLoadedToBeClosed() {
    runner
        .withInitializer(
            context ->
                context.addBeanFactoryPostProcessor(
                    new LazyInitializationBeanFactoryPostProcessor()))
        .run(context -> assertThat(context).hasSingleBean(HybridLanguageModel.class));
    assertThat(stopped).isEmpty();
  }

  @Test
  void theWebServerDrainsASecondTimeOnlyForRequestsThatTheClosedModelFails() {
    AtomicInteger drains = new AtomicInteger();
    ApplicationContextRunner counting =
        runner
            .withPropertyValues("l2s.batch.max-tokens=200000")
            .withBean(
                WebServerDrain.class,
                () ->
                    done -> {
                      drains.incrementAndGet();
                      done.run();
                    });
    counting.run(context -> context.getBean(HybridLanguageModel.class).generate("a"));
    assertThat(drains).hasValue(0);

    GenerationRequest endless =
        GenerationRequest.of("a")
            .withMaxNewTokens(4000)
            .withOptions(GenerationOptions.builder().minNewTokens(4000).build());
    List<CompletableFuture<GenerationResult>> running = new CopyOnWriteArrayList<>();
    counting.run(
        context -> {
          for (int i = 0; i < 8; i++) {
            running.add(context.getBean(HybridLanguageModel.class).generateAsync(endless));
          }
        });
    assertThat(drains).hasValue(1);
    assertThat(running)
        .allSatisfy(
            answer ->
                assertThat(answer)
                    .failsWithin(Duration.ofMinutes(1))
                    .withThrowableThat()
                    .withCauseInstanceOf(ModelClosedException.class));
  }

  /** Notes when its phase stops. */
  private static final class Noting implements SmartLifecycle {

    private final String name;
    private final int phase;
    private final List<String> stopped;
    private boolean running;

    private Noting(String name, int phase, List<String> stopped) {
      this.name = name;
      this.phase = phase;
      this.stopped = stopped;
    }

    @Override
    public void start() {
      running = true;
    }

    @Override
    public void stop() {
      running = false;
      stopped.add(name);
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public int getPhase() {
      return phase;
    }
  }
}
