package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.OwnBeansTests.ClosingModel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
              () -> model -> new ClosingModel(model, () -> stopped.add("model")));

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
