package io.l2s.engine;

import io.l2s.InvalidSettingException;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * How a thread of the engine waits for the others of its team: it spins a while, then it sleeps. It
 * takes effect on Linux, unless other code has loaded the engine before. Immutable.
 *
 * @param mode who decides how long it spins
 * @param spins turns before it sleeps; present exactly with {@link Mode#SPINS}
 */
public record ThreadWait(Mode mode, OptionalInt spins) {

  /** The rule for how long a thread spins. */
  public enum Mode {
    /** l2s, unless the environment has {@code GOMP_SPINCOUNT} or {@code OMP_WAIT_POLICY}. */
    AUTO,
    /**
     * A thread spins until its wait is over, between requests as well, and all compute always: for
     * unshared cores alone.
     */
    ACTIVE,
    /** A thread sleeps at once, which costs a wake-up for each product. */
    PASSIVE,
    /** A thread spins for a given number of turns. */
    SPINS
  }

  private static final String BOUND = "auto, active, passive or a number of at least 0";

  public static final ThreadWait AUTO = new ThreadWait(Mode.AUTO, OptionalInt.empty());

  public ThreadWait {
    if (spins.isPresent() != (mode == Mode.SPINS) || spins.orElse(0) < 0) {
      throw new InvalidSettingException("wait", BOUND, mode + " " + spins);
    }
  }

  /**
   * Reads {@code auto}, {@code active}, {@code passive} or a number of turns.
   *
   * @throws InvalidSettingException if it is none of them
   */
  public static ThreadWait parse(String value) {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "auto" -> AUTO;
      case "active" -> new ThreadWait(Mode.ACTIVE, OptionalInt.empty());
      case "passive" -> new ThreadWait(Mode.PASSIVE, OptionalInt.empty());
      default -> spins(value);
    };
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return mode == Mode.SPINS
        ? Integer.toString(spins.getAsInt())
        : mode.name().toLowerCase(Locale.ROOT);
  }

  private static ThreadWait spins(String value) {
    try {
      int spins = Integer.parseInt(value.strip());
      if (spins >= 0) {
        return new ThreadWait(Mode.SPINS, OptionalInt.of(spins));
      }
    } catch (NumberFormatException e) {
      // Reported below, as a negative number is.
    }
    throw new InvalidSettingException("wait", BOUND, value);
  }
}
