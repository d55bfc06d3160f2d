package io.l2s.autoconfigure;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ProtocolHandler;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Has Tomcat begin with every request whose connection it has accepted, before Spring Boot pauses
 * it: Tomcat closes connections without an answer whose requests no thread has begun with when it
 * is paused. From here on Tomcat accepts no connection and keeps none alive; the time-out of the
 * phase bounds the waiting.
 */
public final class TomcatDrain implements SmartLifecycle {

  // Spring Boot pauses web servers in the phase DEFAULT_PHASE - 1024.
  private static final int PHASE = DEFAULT_PHASE - 512;

  /** An accepted connection is read within this time, even beside busy processes. */
  private static final int QUIET_MILLIS = 250;

  private final Supplier<@Nullable Tomcat> server;
  private volatile boolean running;

  /**
   * @param server gives the Tomcat of the application, or null where it has none
   */
  public TomcatDrain(Supplier<@Nullable Tomcat> server) {
    this.server = server;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    stop(() -> {});
  }

  @Override
  public void stop(Runnable callback) {
    running = false;
    Tomcat tomcat = server.get();
    if (tomcat == null) {
      callback.run();
      return;
    }
    Thread thread =
        new Thread(
            () -> {
              try {
                drain(tomcat);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                callback.run();
              }
            },
            "l2s-tomcat-drain");
    thread.setDaemon(true);
    thread.start();
  }

  private static void drain(Tomcat tomcat) throws InterruptedException {
    Begun begun = new Begun();
    tomcat.getEngine().getPipeline().addValve(begun);
    try {
      List<ProtocolHandler> protocols =
          Stream.of(tomcat.getServer().findServices())
              .flatMap(service -> Stream.of(service.findConnectors()))
              .map(Connector::getProtocolHandler)
              .toList();
      protocols.forEach(ProtocolHandler::closeServerSocketGraceful);
      long before = 0;
      boolean connected = isConnectedAfterWaiting(protocols);
      while (connected && (begun.requests.get() != before || isRequestQueued(protocols))) {
        before = begun.requests.get();
        Thread.sleep(QUIET_MILLIS);
      }
    } finally {
      tomcat.getEngine().getPipeline().removeValve(begun);
    }
  }

  private static boolean isConnectedAfterWaiting(List<ProtocolHandler> protocols) {
    long left = QUIET_MILLIS;
    for (ProtocolHandler protocol : protocols) {
      left = protocol.awaitConnectionsClose(left);
    }
    return left <= 0;
  }

  /** Whether a request waits for a thread; it has then been accepted and not begun with. */
  private static boolean isRequestQueued(List<ProtocolHandler> protocols) {
    return protocols.stream()
        .map(ProtocolHandler::getExecutor)
        .anyMatch(
            executor ->
                executor instanceof ThreadPoolExecutor own && !own.getQueue().isEmpty()
                    || executor instanceof java.util.concurrent.ThreadPoolExecutor given
                        && !given.getQueue().isEmpty());
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  /**
   * False, as for Spring Boot's web servers: a context that is paused keeps its socket, which
   * nothing would open again. Spring 7 asks for this, Spring 6 has no such method to override.
   */
  public boolean isPauseable() {
    return false;
  }

  /** Counts the requests that threads begin with. */
  private static final class Begun extends ValveBase {

    private final AtomicLong requests = new AtomicLong();

    private Begun() {
      super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      // The end of an asynchronous answer comes here a second time.
      if (!request.isAsync()) {
        requests.incrementAndGet();
      }
      getNext().invoke(request, response);
    }
  }
}
