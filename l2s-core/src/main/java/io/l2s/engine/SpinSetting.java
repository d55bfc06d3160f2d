package io.l2s.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets how long the engine's threads spin. Its OpenMP library reads that from the environment when
 * it is loaded, so this must run before; Java cannot change its own environment, the C library can.
 */
final class SpinSetting {

  /** Variables by which a user decides it alone. */
  static final String SPIN_COUNT = "GOMP_SPINCOUNT";

  static final String WAIT_POLICY = "OMP_WAIT_POLICY";

  /**
   * Turns before a thread sleeps, some milliseconds. Fewer turns cost a wake-up in products of
   * ordinary length on virtual machines. The engine's own default, three times as many, is no
   * faster. docs/benchmarks.md has the measurement.
   */
  static final int AUTOMATIC_SPINS = 100_000;

  private static final Logger LOG = LoggerFactory.getLogger(SpinSetting.class);

  /** What a process's environment takes. */
  interface Environment {
    void set(String name, String value);
  }

  private SpinSetting() {}

  /**
   * Applies {@code wait} and returns what holds now, in words.
   *
   * @param present the environment that the JVM was started with
   */
  static String apply(ThreadWait wait, Map<String, String> present, Environment environment) {
    Optional<String> own = ownSetting(present);
    if (wait.mode() == ThreadWait.Mode.AUTO && own.isPresent()) {
      return "waiting as the environment says, " + own.get();
    }
    return switch (wait.mode()) {
      case ACTIVE -> set(environment, WAIT_POLICY, "active", "waiting active (spins)");
      case PASSIVE -> set(environment, WAIT_POLICY, "passive", "waiting passive (sleeps)");
      case AUTO -> spins(environment, AUTOMATIC_SPINS, "waiting auto");
      case SPINS -> spins(environment, wait.spins().getAsInt(), "waiting");
    };
  }

  private static Optional<String> ownSetting(Map<String, String> present) {
    for (String name : new String[] {SPIN_COUNT, WAIT_POLICY}) {
      if (present.containsKey(name)) {
        return Optional.of(name + "=" + present.get(name));
      }
    }
    return Optional.empty();
  }

  private static String spins(Environment environment, int spins, String words) {
    return set(
        environment,
        SPIN_COUNT,
        Integer.toString(spins),
        words + " (spins " + spins + " turns, then sleeps)");
  }

  private static String set(Environment environment, String name, String value, String words) {
    try {
      environment.set(name, value);
      return words;
    } catch (LinkageError | RuntimeException e) {
      LOG.warn(
          "{}={} could not be set for the engine's threads ({}). Start the JVM with {} in its"
              + " environment, or slow answers beside busy processes remain",
          name,
          value,
          e.toString(),
          name);
      return "waiting as the engine's default says, as " + name + " could not be set";
    }
  }

  /** The C library's environment of this process, on Linux; elsewhere it refuses. */
  static void setInProcess(String name, String value) {
    if (!System.getProperty("os.name").startsWith("Linux")) {
      throw new IllegalStateException("this is known to work on Linux only");
    }
    Function setenv = NativeLibrary.getInstance("c").getFunction("setenv");
    int failed = setenv.invokeInt(new Object[] {name, value, 1});
    if (failed != 0) {
      throw new IllegalStateException("setenv returned " + failed);
    }
  }
}
