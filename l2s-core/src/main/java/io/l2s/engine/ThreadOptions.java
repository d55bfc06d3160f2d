package io.l2s.engine;

import io.l2s.InvalidSettingException;
import java.util.OptionalInt;

/**
 * Threads of the engine. They belong to the whole JVM: the first runtime that starts sets them.
 * Immutable.
 *
 * @param count most threads that compute together, from 1; never more than the JVM has cores.
 *     Empty: all cores, of which small models take one where that decodes faster. A JVM in a
 *     container with a CPU quota has as many cores as the quota, rounded up ({@link
 *     Runtime#availableProcessors}). On Linux there are fewer threads while other processes use the
 *     cores, except with {@link ThreadWait.Mode#ACTIVE}; processes in the same container that use
 *     up its quota are not seen
 * @param waiting how a thread waits for the others
 */
public record ThreadOptions(OptionalInt count, ThreadWait waiting) {

  /** Threads and waiting as l2s chooses them. */
  public static final ThreadOptions AUTO = new ThreadOptions(OptionalInt.empty(), ThreadWait.AUTO);

  private static final int MOST = 1024;
  private static final String BOUND = "auto or a number between 1 and " + MOST;

  public ThreadOptions {
    if (count.isPresent() && (count.getAsInt() < 1 || count.getAsInt() > MOST)) {
      throw new InvalidSettingException("threads", BOUND, count.getAsInt());
    }
  }

  /**
   * Reads {@code auto} or a number for the threads, and what {@link ThreadWait#parse} takes.
   *
   * @throws InvalidSettingException naming the field that is wrong
   */
  public static ThreadOptions parse(String count, String wait) {
    return new ThreadOptions(count(count), ThreadWait.parse(wait));
  }

  private static OptionalInt count(String value) {
    if (value.strip().equalsIgnoreCase("auto")) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(value.strip()));
    } catch (NumberFormatException e) {
      throw new InvalidSettingException("threads", BOUND, value);
    }
  }
}
