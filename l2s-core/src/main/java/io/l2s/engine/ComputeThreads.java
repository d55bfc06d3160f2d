package io.l2s.engine;

import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The team of threads that computes a product together, on the CPU.
 *
 * <p>A product waits for the slowest of the team. Where other processes keep cores busy, a thread
 * that has no core makes all others wait; so the team has no more threads than there are cores that
 * others leave free, measured four times a second while the engine works. It shrinks as soon as
 * others have used a whole core for that long and grows after two such times without. Native thread
 * only, but for {@link #most}, {@link #remedy} and {@link #describe}.
 */
public final class ComputeThreads {

  private static final Logger LOG = LoggerFactory.getLogger(ComputeThreads.class);
  private static final long PERIOD_NANOS = 250_000_000;
  private static final int QUIET_LOOKS = 2;
  private static final ThreadLocal<ComputeThreads> OF_THIS_THREAD = new ThreadLocal<>();

  private final int most;
  private final boolean auto;
  private final boolean adapts;
  private final String description;
  private final UnaryOperator<String> settingNames;
  private final CoreUse coreUse;
  private final LongSupplier nanoTime;
  private final IntConsumer engine;
  private int wanted;
  private int allowed;
  private int quietLooks;
  private long looks;

  /**
   * The number last set in the engine; 0 before. A new native thread begins with the number of
   * another.
   */
  private int current;

  private long nextLook;

  /**
   * @param settingNames the name that users know a setting by, for one of this package's names
   * @param engine sets the number of the engine's threads
   */
  ComputeThreads(
      ThreadChoice choice,
      UnaryOperator<String> settingNames,
      CoreUse coreUse,
      LongSupplier nanoTime,
      IntConsumer engine) {
    this.most = choice.most();
    this.auto = choice.auto();
    this.adapts = choice.adapts();
    this.description = choice.description();
    this.settingNames = settingNames;
    this.coreUse = coreUse;
    this.nanoTime = nanoTime;
    this.engine = engine;
    this.wanted = most;
    this.allowed = most;
    this.nextLook = nanoTime.getAsLong();
  }

  /** Threads at most. */
  public int most() {
    return most;
  }

  /** Whether a smaller team may be chosen where it is faster: nobody has set a number. */
  public boolean isAuto() {
    return auto && most > 1;
  }

  /** The effect of {@code options} in this JVM, in words, before or after the engine is loaded. */
  public static String describe(ThreadOptions options) {
    return Natives.describeThreads(options);
  }

  /** Number of threads and how they wait, in words. */
  public String describe() {
    return description;
  }

  /**
   * The team that the next calls get, if the cores are free for it.
   *
   * @param threads from 1; more than {@link #most} counts as that
   */
  public void want(int threads) {
    wanted = Math.min(Math.max(1, threads), most);
  }

  /**
   * Whether other processes leave fewer cores free than the largest team needs, by the last look.
   */
  public boolean crowded() {
    look();
    return allowed < most;
  }

  /** Number of looks at the use of the cores so far; 0 for ever where nothing is seen. */
  public long looks() {
    return looks;
  }

  /** The remedy for busy cores, in a sentence with the names that users know. */
  public String remedy() {
    return "Give this JVM cores of its own, or change "
        + settingNames.apply("threads")
        + " or "
        + settingNames.apply("wait");
  }

  /** Makes this the team of the calling thread, which is a native one. */
  void bind() {
    OF_THIS_THREAD.set(this);
  }

  /** Gives the engine the calling thread's team; each call into the engine is preceded by this. */
  static void adapt() {
    ComputeThreads bound = OF_THIS_THREAD.get();
    if (bound != null) {
      bound.beforeCall();
    }
  }

  void beforeCall() {
    look();
    int team = Math.min(wanted, allowed);
    if (team != current) {
      engine.accept(team);
      current = team;
    }
  }

  private void look() {
    long now = nanoTime.getAsLong();
    if (!adapts || now - nextLook < 0) {
      return;
    }
    nextLook = now + PERIOD_NANOS;
    coreUse.since(now).ifPresent(this::adaptTo);
  }

  private void adaptTo(CoreUse.OtherUse use) {
    looks++;
    int free = Math.min(most, use.free());
    quietLooks = free > allowed ? quietLooks + 1 : 0;
    if (free < allowed || quietLooks == QUIET_LOOKS) {
      LOG.debug("{}: {} threads at most", use, free);
      allowed = free;
      quietLooks = 0;
    }
  }
}
