package io.l2s.engine;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sets how long the engine's threads spin. Its OpenMP library reads that from the environment when
 * it is loaded, so this must run before.
 *
 * <p>libgomp's own variable decides, {@code GOMP_SPINCOUNT}: where it is set, {@code
 * OMP_WAIT_POLICY} has no effect on the number of turns. It takes a number or {@code INFINITY}
 * (libgomp, {@code env.c}).
 */
final class SpinSetting {

  static final String SPIN_COUNT = "GOMP_SPINCOUNT";

  private static final String WAIT_POLICY = "OMP_WAIT_POLICY";
  private static final String NO_END = "INFINITY";

  /**
   * Turns before a thread sleeps, some milliseconds. Fewer turns cost a wake-up in products of
   * ordinary length on virtual machines. The engine's own default, three times as many, is no
   * faster. docs/benchmarks.md has the measurement.
   */
  static final int AUTOMATIC_SPINS = 100_000;

  /** The environment that the engine reads when it is loaded. */
  interface Environment {

    /** Why a variable that is set now has no effect on the engine; empty if it has one. */
    Optional<Refusal> refusal();

    void set(String name, String value);
  }

  /**
   * Why a wait cannot be set.
   *
   * @param avoidable whether the user can do something about it
   */
  record Refusal(String why, boolean avoidable) {}

  /**
   * The setting in effect.
   *
   * @param words for users
   * @param refusal why a wait that was to be set was not
   */
  record Outcome(String words, Optional<Refusal> refusal) {}

  private SpinSetting() {}

  /**
   * Applies {@code wait}.
   *
   * @param present the environment that the JVM was started with
   */
  static Outcome apply(ThreadWait wait, Map<String, String> present, Environment environment) {
    Optional<String> own = ownSetting(present);
    if (wait.mode() == ThreadWait.Mode.AUTO && own.isPresent()) {
      return new Outcome("waiting as the environment says, " + own.get(), Optional.empty());
    }
    Optional<Refusal> refusal = environment.refusal();
    if (refusal.isPresent()) {
      return refused(refusal.get(), own);
    }
    return switch (wait.mode()) {
      case ACTIVE -> set(environment, NO_END, "waiting active (spins)");
      case PASSIVE -> set(environment, "0", "waiting passive (sleeps)");
      case AUTO -> spins(environment, AUTOMATIC_SPINS, "waiting auto");
      case SPINS -> spins(environment, wait.spins().getAsInt(), "waiting");
    };
  }

  private static Optional<String> ownSetting(Map<String, String> present) {
    // In the order in which libgomp obeys them.
    return Stream.of(SPIN_COUNT, WAIT_POLICY)
        .filter(present::containsKey)
        .map(name -> name + "=" + present.get(name))
        .findFirst();
  }

  private static Outcome spins(Environment environment, int spins, String words) {
    return set(
        environment, Integer.toString(spins), words + " (spins " + spins + " turns, then sleeps)");
  }

  private static Outcome refused(Refusal refusal, Optional<String> own) {
    String instead = own.map(value -> "the environment says, " + value).orElse("the engine does");
    return new Outcome("waiting as " + instead + ": " + refusal.why(), Optional.of(refusal));
  }

  private static Outcome set(Environment environment, String value, String words) {
    try {
      environment.set(SPIN_COUNT, value);
      return new Outcome(words, Optional.empty());
    } catch (IllegalStateException e) {
      return refused(new Refusal(String.valueOf(e.getMessage()), true), Optional.empty());
    }
  }
}
