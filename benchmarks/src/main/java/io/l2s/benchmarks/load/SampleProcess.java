package io.l2s.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The sample translation-web in a process of its own, with its fault panel. */
final class SampleProcess implements AutoCloseable {

  private static final String BREAKERS = "--resilience4j.circuitbreaker.configs.l2s.";
  private static final int MINUTES_TO_START = 3;

  private final Process process;
  private final Path log;
  private final URI base;

  private SampleProcess(Process process, Path log, URI base) {
    this.process = process;
    this.log = log;
    this.base = base;
  }

  /**
   * Starts the sample and waits until it translates.
   *
   * @param batch rows that decode together
   * @param queue requests that wait
   * @param log gets its output
   */
  static SampleProcess start(Path jar, int batch, int queue, Path log) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                jar.toString(),
                "--spring.profiles.active=dev",
                "--server.port=" + port,
                "--l2s.batch.max-size=" + batch,
                "--l2s.queue.capacity=" + queue,
                // The starter's own settings, but a full window, so that a share of 20 % rarely
                // opens a breaker.
                BREAKERS + "minimum-number-of-calls=20",
                BREAKERS + "sliding-window-size=20",
                BREAKERS + "wait-duration-in-open-state=30s",
                BREAKERS + "automatic-transition-from-open-to-half-open-enabled=false",
                BREAKERS + "slow-call-duration-threshold=1m")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    SampleProcess sample = new SampleProcess(process, log, URI.create("http://127.0.0.1:" + port));
    try {
      sample.awaitStart();
    } catch (Exception e) {
      sample.close();
      throw e;
    }
    return sample;
  }

  private void awaitStart() throws Exception {
    LoadClient client = new LoadClient(base);
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES_TO_START);
    while (true) {
      try {
        client.get("/api/translate");
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() > until) {
          throw new IllegalStateException("the sample does not start; see " + log, notYet);
        }
        Thread.sleep(200);
      }
    }
  }

  URI base() {
    return base;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** The exit code, or -1 where the process has not ended after a minute. */
  int exitCode() throws InterruptedException {
    return process.waitFor(1, TimeUnit.MINUTES) ? process.exitValue() : -1;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
