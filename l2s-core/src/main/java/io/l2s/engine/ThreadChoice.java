package io.l2s.engine;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The effect of {@link ThreadOptions} on a machine. Immutable.
 *
 * @param most threads at most
 * @param auto whether l2s chose {@code most}
 * @param adapts whether the team shrinks while other processes use the cores
 * @param description for users
 * @param refusal why the wait that was to be set was not
 */
record ThreadChoice(
    ThreadOptions options,
    int most,
    boolean auto,
    boolean adapts,
    String description,
    Optional<SpinSetting.Refusal> refusal) {

  /** DJL's property for the number of threads. */
  static final String DJL_THREADS = "ai.djl.pytorch.num_threads";

  private static final String OMP_THREADS = "OMP_NUM_THREADS";

  /**
   * The facts that decide the choice.
   *
   * @param cores processors that the JVM may use; in a container with a CPU quota the quota,
   *     rounded up
   * @param djlThreads the value of {@link #DJL_THREADS}; empty if it is not set
   * @param variables the environment that the JVM was started with
   * @param seesOthers whether the system says how much other processes use the cores
   */
  record Machine(
      int cores,
      Optional<String> djlThreads,
      Map<String, String> variables,
      SpinSetting.Environment environment,
      boolean seesOthers) {

    /** The one that this JVM runs on. */
    static Machine current(SpinSetting.Environment environment) {
      return new Machine(
          Runtime.getRuntime().availableProcessors(),
          Optional.ofNullable(System.getProperty(DJL_THREADS)),
          System.getenv(),
          environment,
          CoreUse.ofThisProcess().isKnown());
    }
  }

  /** A number that was asked for, and who asked. */
  private record Asked(int threads, String why) {}

  static ThreadChoice of(ThreadOptions options, Machine machine) {
    Optional<Asked> asked =
        options.count().isPresent()
            ? Optional.of(new Asked(options.count().getAsInt(), "as set"))
            : inherited(machine);
    int most = Math.min(asked.map(Asked::threads).orElse(machine.cores()), machine.cores());
    boolean adapts =
        most > 1 && machine.seesOthers() && options.waiting().mode() != ThreadWait.Mode.ACTIVE;
    SpinSetting.Outcome waiting =
        SpinSetting.apply(options.waiting(), machine.variables(), machine.environment());
    String threads = most + (most == 1 ? " thread (" : " threads (") + why(asked, machine.cores());
    String fewer = adapts ? ", fewer while other processes use the cores" : "";
    return new ThreadChoice(
        options,
        most,
        asked.isEmpty(),
        adapts,
        threads + fewer + "), " + waiting.words(),
        waiting.refusal());
  }

  /**
   * The effect of a set number above the number of cores, for users. Empty for a number of the
   * environment, which may be meant for other programs, too.
   */
  Optional<String> cap() {
    return options.count().stream()
        .filter(threads -> threads > most)
        .mapToObj(threads -> threads + " counts as " + most + ": this JVM has " + available(most))
        .findFirst();
  }

  private static Optional<Asked> inherited(Machine machine) {
    return Stream.concat(
            machine.djlThreads().flatMap(value -> asked(DJL_THREADS, value)).stream(),
            Optional.ofNullable(machine.variables().get(OMP_THREADS))
                .flatMap(value -> asked(OMP_THREADS, value))
                .stream())
        .findFirst();
  }

  private static Optional<Asked> asked(String name, String value) {
    return value.matches("[1-9]\\d{0,3}")
        ? Optional.of(new Asked(Integer.parseInt(value), "as " + name + " says"))
        : Optional.empty();
  }

  private static String why(Optional<Asked> asked, int cores) {
    return asked
        .map(
            each ->
                each.threads() > cores
                    ? each.threads() + " " + each.why() + ", but " + available(cores)
                    : each.why())
        .orElse("auto: " + available(cores));
  }

  private static String available(int cores) {
    return cores + (cores == 1 ? " core" : " cores");
  }
}
