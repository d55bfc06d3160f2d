package io.l2s.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Measures how many of this JVM's cores other processes use, from Linux' {@code /proc}. Elsewhere
 * it sees nobody. It sees the cores only, not a CPU quota: processes that use up the quota of the
 * container that they share with this JVM are not seen. Not thread-safe.
 */
final class CoreUse {

  private static final Path STATISTICS = Path.of("/proc/stat");
  private static final Path OWN_STATUS = Path.of("/proc/self/status");

  private static final Path OWN_TIME = Path.of("/proc/self/stat");

  /** Linux counts time in these files in hundredths of a second on every architecture. */
  private static final long NANOS_PER_TICK = 10_000_000;

  /** Columns of {@code /proc/stat} after the name, by their place: idle and waiting for disks. */
  private static final int IDLE = 3;

  private static final int IO_WAIT = 4;

  /** Columns of {@code /proc/self/stat} behind the process's name. */
  private static final int USER_TIME = 11;

  private static final int SYSTEM_TIME = 12;

  /** The last column that counts; time of guests behind it is in the first ones, too. */
  private static final int STEAL = 7;

  /** Reads the lines of a file. */
  interface Source {
    List<String> lines() throws IOException;
  }

  private record Sample(long nanos, long busyTicks, long ownNanos) {}

  private final Source statistics;
  private final LongSupplier ownCpuNanos;
  private final CpuList cores;
  private Optional<Sample> last = Optional.empty();

  CoreUse(Source statistics, CpuList cores, LongSupplier ownCpuNanos) {
    this.statistics = statistics;
    this.cores = cores;
    this.ownCpuNanos = ownCpuNanos;
  }

  /** The use by this process on this machine. */
  static CoreUse ofThisProcess() {
    return new CoreUse(
        () -> Files.isReadable(STATISTICS) ? Files.readAllLines(STATISTICS) : List.of(),
        CpuList.allowed(OWN_STATUS),
        () -> cpuNanos(OWN_TIME));
  }

  /**
   * CPU time of a process by a file in the format of {@code /proc/self/stat}; -1 where it does not
   * say. Java's own bean for this takes tens of milliseconds to load.
   */
  static long cpuNanos(Path stat) {
    try {
      String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
      // The name in parentheses may contain blanks.
      String[] columns = line.substring(line.lastIndexOf(')') + 1).strip().split(" ");
      long ticks = Long.parseLong(columns[USER_TIME]) + Long.parseLong(columns[SYSTEM_TIME]);
      return ticks * NANOS_PER_TICK;
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return -1;
    }
  }

  /** Whether the system says how much the cores are used. */
  boolean isKnown() {
    return sample(0).isPresent();
  }

  /**
   * Cores that others have used since the last call, as a mean; empty at the first call and where
   * the system does not say.
   *
   * @param now time in nanoseconds
   */
  Optional<OtherUse> since(long now) {
    Optional<Sample> before = last;
    last = sample(now);
    if (before.isEmpty() || last.isEmpty()) {
      return Optional.empty();
    }
    long elapsed = last.get().nanos() - before.get().nanos();
    long busy = (last.get().busyTicks() - before.get().busyTicks()) * NANOS_PER_TICK;
    long own = last.get().ownNanos() - before.get().ownNanos();
    if (elapsed < NANOS_PER_TICK) {
      return Optional.empty();
    }
    return Optional.of(
        new OtherUse(
            cores.count(), Math.max(0, (double) (busy - own) / elapsed), (double) own / elapsed));
  }

  /**
   * Use of the cores as a mean over a time.
   *
   * @param cores cores that this process may use
   * @param used how many of them others used
   * @param own how many of them this process used
   */
  record OtherUse(int cores, double used, double own) {

    /** A core that was used all the time is measured as this much or more, for the ticks. */
    private static final double WHOLE = 0.9;

    /** The least share of a core for a process that wants a whole one and must share it. */
    private static final double SHARED = 0.5;

    /** Whole cores that are left, at least one. */
    int free() {
      boolean noneIdle = used + own > cores - 1 + WHOLE;
      int taken = (int) Math.floor(used + 1 - (noneIdle ? SHARED : WHOLE));
      return Math.max(1, cores - taken);
    }
  }

  private Optional<Sample> sample(long now) {
    long own = ownCpuNanos.getAsLong();
    if (own < 0) {
      return Optional.empty();
    }
    try {
      long ticks = 0;
      boolean any = false;
      for (String line : statistics.lines()) {
        if (line.startsWith("cpu") && cores.contains(line)) {
          ticks += busyTicks(line);
          any = true;
        }
      }
      return any ? Optional.of(new Sample(now, ticks, own)) : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static long busyTicks(String line) {
    String[] columns = line.split("\\s+");
    long busy = 0;
    for (int i = 0; i + 1 < columns.length && i <= STEAL; i++) {
      if (i != IDLE && i != IO_WAIT) {
        busy += Long.parseLong(columns[i + 1]);
      }
    }
    return busy;
  }
}
