package io.l2s.engine;

import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The team of threads that computes a product together, on the CPU.
 *
 * <p>A product waits for the slowest of the team. Where other processes keep cores busy, a thread
 * that has no core makes all others wait; so the team has no more threads than there are cores that
 * others leave free, measured four times a second while the engine works. Native thread only, but
 * for {@link #most} and {@link #describe}.
 */
public final class ComputeThreads {

  private static final Logger LOG = LoggerFactory.getLogger(ComputeThreads.class);
  private static final long PERIOD_NANOS = 250_000_000;
  private static final ThreadLocal<ComputeThreads> OF_THIS_THREAD = new ThreadLocal<>();

  private final int most;
  private final boolean auto;
  private final boolean adapts;
  private final String description;
  private final CoreUse coreUse;
  private final LongSupplier nanoTime;
  private final IntConsumer engine;
  private int wanted;
  private int allowed;
  private int current;
  private long nextLook;

  /**
   * @param most threads at most
   * @param auto whether l2s chose {@code most}
   * @param adapts whether the team shrinks where others use the cores
   * @param engine sets the number of the engine's threads
   */
  ComputeThreads(
      int most,
      boolean auto,
      boolean adapts,
      String description,
      CoreUse coreUse,
      LongSupplier nanoTime,
      IntConsumer engine) {
    this.most = most;
    this.auto = auto;
    this.adapts = adapts;
    this.description = description;
    this.coreUse = coreUse;
    this.nanoTime = nanoTime;
    this.engine = engine;
    this.wanted = most;
    this.allowed = most;
    this.current = most;
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

  /** What {@code options} come to in this JVM, in words, before or after the engine is loaded. */
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

  /** Whether other processes leave fewer cores free than the largest team needs. */
  public boolean crowded() {
    look();
    return allowed < most;
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
    if (!adapts || most == 1 || now - nextLook < 0) {
      return;
    }
    nextLook = now + PERIOD_NANOS;
    int free = coreUse.since(now).map(CoreUse.OtherUse::free).orElse(allowed);
    int next = Math.min(most, free);
    if (next != allowed) {
      LOG.debug("other processes leave {} cores free: {} threads at most", free, next);
      allowed = next;
    }
  }
}
