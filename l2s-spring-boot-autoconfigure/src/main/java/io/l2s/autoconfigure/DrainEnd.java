package io.l2s.autoconfigure;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Closes the models when their context closes: after the web server has drained and before
 * connections are cut, so that clients of unfinished requests still get an error. A context that is
 * only stopped keeps its models, as it may start again.
 */
final class DrainEnd implements SmartLifecycle {

  // Web servers drain in the phase DEFAULT_PHASE - 1024 and stop 1,024 below it.
  private static final int PHASE = DEFAULT_PHASE - 1024 - 512;

  private final ConfigurableApplicationContext context;
  private final HybridLanguageModels models;
  private final WebServerDrain server;
  private volatile boolean running;

  DrainEnd(
      ConfigurableApplicationContext context, HybridLanguageModels models, WebServerDrain server) {
    this.context = context;
    this.models = models;
    this.server = server;
  }

  /** Configured models and other singletons are made by now. */
  @Override
  public void start() {
    running = true;
    models.started();
  }

  @Override
  public void stop() {
    stop(() -> {});
  }

  /** Lets the web server, if any, answer its clients; the phase's own time-out bounds that. */
  @Override
  public void stop(Runnable callback) {
    running = false;
    if (context.isClosed() && models.close()) {
      // Another drain waits for the requests that the models have just failed; without it their
      // connections would be cut.
      server.await(callback);
    } else {
      callback.run();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
