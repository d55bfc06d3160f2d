package io.l2s.benchmarks.load;

import io.l2s.IoReasons;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Sends the sample translation-web twice as many requests as it can answer, while first its SLM
 * fails at times, then its encoder always, then nothing; SIGTERM ends it under load. Prints how
 * many requests ended each way, and writes {@code seconds.csv}, {@code breakers.csv} and {@code
 * load.svg}. The exit code is 1 where a request was lost or the sample did not end as it should.
 */
public final class LoadRun {

  private static final int BATCH = 8;
  private static final int QUEUE = 8;
  private static final int OVERLOAD = 2;
  private static final int WARM_UP_SECONDS = 30;
  private static final int CAPACITY_SECONDS = 30;
  private static final int STOPPED_BY_SIGTERM = 143;

  /** A part of the load with its faults, as percentages. */
  record Phase(String name, int slmFaults, int encoderFaults) {}

  static final List<Phase> PHASES =
      List.of(
          new Phase("SLM faults 20 %", 20, 0),
          new Phase("encoder faults 100 %", 0, 100),
          new Phase("no faults", 0, 0));

  private final LoadSettings settings;
  private final SampleProcess sample;
  private final LoadClient client;
  private final Tally tally = new Tally(PHASES.size() + 1);
  private final AtomicLong numbers = new AtomicLong();
  private long from;

  private LoadRun(LoadSettings settings, SampleProcess sample) {
    this.settings = settings;
    this.sample = sample;
    this.client = new LoadClient(sample.base());
  }

  public static void main(String... arguments) throws Exception {
    System.exit(run(arguments, System.err));
  }

  /** The exit code: 0 if no request was lost, 1 if one was or the run failed, 2 for wrong usage. */
  static int run(String[] arguments, PrintStream err) throws Exception {
    LoadSettings settings;
    try {
      settings = LoadSettings.parse(arguments);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return 2;
    }
    try {
      Files.createDirectories(settings.out());
    } catch (IOException e) {
      err.println("--out " + settings.out() + " cannot be written: " + IoReasons.reason(e));
      return 1;
    }
    try {
      Path log = settings.out().resolve("sample.log");
      try (SampleProcess sample = SampleProcess.start(settings.jar(), BATCH, QUEUE, log)) {
        return new LoadRun(settings, sample).run() ? 0 : 1;
      }
    } catch (IOException | IllegalStateException e) {
      err.println("the load with --out " + settings.out() + " failed: " + e.getMessage());
      return 1;
    }
  }

  private boolean run() throws Exception {
    clientsFor(WARM_UP_SECONDS);
    double capacity = clientsFor(CAPACITY_SECONDS);
    double rate = OVERLOAD * capacity;
    System.out.printf(
        Locale.ROOT,
        "%s, batch %d, queue %d; capacity without faults %.1f requests/s, sent %.1f%n",
        processor(),
        BATCH,
        QUEUE,
        capacity,
        rate);
    long start = System.currentTimeMillis();
    from = System.nanoTime();
    for (int i = 0; i < PHASES.size(); i++) {
      client.setFaults(PHASES.get(i).slmFaults(), PHASES.get(i).encoderFaults());
      sendFor(settings.minutes() * 60 / PHASES.size(), rate, i, () -> true);
    }
    List<Transition> transitions = Transition.read(client.get("/api/faults/changes"), start);
    client.applicationStops();
    sample.terminate();
    sendFor(60, rate, PHASES.size(), sample::isAlive);
    awaitAnswers();
    int exitCode = sample.exitCode();
    LoadReport report =
        new LoadReport(tally.phases(), tally.seconds(), transitions, tally.open(), exitCode);
    report.write(settings.out());
    System.out.print(report.table());
    return report.lost() == 0 && exitCode == STOPPED_BY_SIGTERM;
  }

  /** Keeps as many requests in progress as decode or wait; answers in a second. */
  private double clientsFor(int seconds) throws InterruptedException {
    Semaphore free = new Semaphore(BATCH + QUEUE);
    AtomicLong answered = new AtomicLong();
    long start = System.nanoTime();
    while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
      free.acquire();
      client
          .translate(numbers.getAndIncrement())
          .thenAccept(
              outcome -> {
                if (outcome.answered()) {
                  answered.incrementAndGet();
                }
                free.release();
              });
    }
    free.acquire(BATCH + QUEUE);
    return answered.get() * 1e9 / (System.nanoTime() - start);
  }

  /** Sends whether or not the requests before have been answered. */
  private void sendFor(double seconds, double rate, int phase, BooleanSupplier more)
      throws InterruptedException {
    long start = System.nanoTime();
    long sent = 0;
    double elapsed = 0;
    while (elapsed < seconds && more.getAsBoolean()) {
      for (; sent < elapsed * rate; sent++) {
        tally.sent(phase, second());
        client
            .translate(numbers.getAndIncrement())
            .thenAccept(outcome -> tally.ended(phase, second(), outcome));
      }
      Thread.sleep(2);
      elapsed = (System.nanoTime() - start) / 1e9;
    }
  }

  private int second() {
    return (int) ((System.nanoTime() - from) / 1_000_000_000L);
  }

  private void awaitAnswers() throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (tally.open() > 0 && System.nanoTime() < until) {
      Thread.sleep(100);
    }
  }

  private static String processor() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    String name = "unknown processor";
    if (Files.isReadable(file)) {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("model name")) {
          name = line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return name + ", " + Runtime.getRuntime().availableProcessors() + " processors";
  }
}
