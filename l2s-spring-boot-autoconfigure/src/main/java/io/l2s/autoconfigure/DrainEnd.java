package io.l2s.autoconfigure;

import io.l2s.HybridLanguageModel;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Closes the auto-configured model when its context closes: after the web server has drained and
 * before connections are cut, so that clients of unfinished requests still get an error. A context
 * that is only stopped keeps its model, as it may start again.
 */
final class DrainEnd implements SmartLifecycle {

  // Web servers drain in the phase named here and stop 1,024 below it.
  private static final int PHASE = WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE - 512;

  private final ConfigurableApplicationContext context;
  private final String model;
  private volatile boolean running;

  /**
   * @param model name of the model's bean; this class does not create it, since an application may
   *     do so late or never
   */
  DrainEnd(ConfigurableApplicationContext context, String model) {
    this.context = context;
    this.model = model;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    if (context.isClosed()
        && context.getBeanFactory().getSingleton(model) instanceof HybridLanguageModel made) {
      made.close();
    }
  }

  /** Lets the web server, if any, answer its clients; the phase's own time-out bounds that. */
  @Override
  public void stop(Runnable callback) {
    stop();
    if (context.isClosed()
        && context instanceof WebServerApplicationContext web
        && web.getWebServer() != null) {
      // A second shutdown waits for the requests that the model has just failed; without it their
      // connections would be cut.
      web.getWebServer().shutDownGracefully(result -> callback.run());
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
