package io.l2s.serving;

import io.l2s.Route;
import io.l2s.engine.ComputeThreads;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Sets the number of threads for each kind of work. Reading, prefill and the verification of drafts
 * get all. Decoding with a small model gets one thread or all, by a {@link ThreadTrial} for each
 * route and number of rows. Native thread only.
 */
final class ThreadPlan {

  private static final Logger LOG = LoggerFactory.getLogger(ThreadPlan.class);

  /** Number of weights read in a step from which on one thread was never faster. */
  private static final long FEW_WEIGHTS = 20_000_000;

  /** The thread setting, and the view of other processes. */
  interface Team {
    int most();

    void want(int threads);

    boolean crowded();

    long looks();

    /** The remedy for busy cores, in a sentence without its full stop. */
    String remedy();
  }

  /** Leaves the number of threads as it is. */
  static final ThreadPlan UNCHANGED = new ThreadPlan(new FixedTeam(), Set.of());

  private record Key(Route route, int rows) {}

  private final Team team;
  private final Set<Route> small;
  private final Map<Key, ThreadTrial> trials = new HashMap<>();
  private final Set<Route> reported = EnumSet.noneOf(Route.class);
  private int threads;

  /**
   * @param small routes on which one thread may be faster than all
   */
  ThreadPlan(Team team, Set<Route> small) {
    this.team = team;
    this.small = small;
  }

  /** The plan for {@code components} on this machine. */
  static ThreadPlan of(ComputeThreads threads, ServedComponents components) {
    Set<Route> small = EnumSet.noneOf(Route.class);
    if (threads.isAuto()) {
      components
          .slm()
          .filter(slm -> isSmall(slm.decoder().stepWeights()))
          .ifPresent(slm -> small.add(Route.HYBRID));
      components
          .slmAlone()
          .filter(alone -> isSmall(alone.decoder().stepWeights()))
          .ifPresent(alone -> small.add(Route.SLM_ONLY));
      components
          .llm()
          .encoder()
          .decoder()
          .filter(own -> isSmall(own.stepWeights()))
          .ifPresent(own -> small.addAll(Set.of(Route.LLM_ONLY, Route.EXACT)));
    }
    return new ThreadPlan(new EngineTeam(threads), small);
  }

  private static boolean isSmall(long stepWeights) {
    return stepWeights > 0 && stepWeights < FEW_WEIGHTS;
  }

  /** The remedy for busy cores, in a sentence without its full stop. */
  String remedy() {
    return team.remedy();
  }

  /** Gives all threads to work that has many tokens at a time. */
  void beforeReading() {
    team.want(team.most());
  }

  /** Sets the number of threads for the next decode call of a batch of {@code route}. */
  void beforeDecoding(Route route, int rows) {
    threads =
        small.contains(route)
            ? trials
                .computeIfAbsent(new Key(route, rows), missing -> new ThreadTrial(team.most()))
                .next(team.crowded(), team.looks())
            : team.most();
    team.want(threads);
  }

  /**
   * Takes the time of the decode call since {@link #beforeDecoding}, if it did not fail.
   *
   * @param nanos time of one of its steps
   */
  void afterDecoding(Route route, int rows, long nanos) {
    ThreadTrial trial = trials.get(new Key(route, rows));
    if (trial != null && trial.took(threads, nanos, team.crowded(), team.looks())) {
      LOG.atLevel(reported.add(route) ? Level.INFO : Level.DEBUG)
          .log("{} with {} sequences decodes with {}", route, rows, trial);
    }
  }

  private record EngineTeam(ComputeThreads threads) implements Team {

    @Override
    public int most() {
      return threads.most();
    }

    @Override
    public void want(int number) {
      threads.want(number);
    }

    @Override
    public boolean crowded() {
      return threads.crowded();
    }

    @Override
    public long looks() {
      return threads.looks();
    }

    @Override
    public String remedy() {
      return threads.remedy();
    }
  }

  private static final class FixedTeam implements Team {

    @Override
    public int most() {
      return 1;
    }

    @Override
    public void want(int threads) {}

    @Override
    public boolean crowded() {
      return false;
    }

    @Override
    public long looks() {
      return 0;
    }

    @Override
    public String remedy() {
      return "";
    }
  }
}
