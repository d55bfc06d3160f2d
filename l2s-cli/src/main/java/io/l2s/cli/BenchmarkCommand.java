package io.l2s.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.l2s.GenerationDefaults;
import io.l2s.GenerationOptions;
import io.l2s.Route;
import io.l2s.assembly.ModelInspection;
import io.l2s.assembly.ModelParts;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.ContextLimits;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code l2s benchmark}: times the stages of decoding, and answers under load. */
@Command(
    name = "benchmark",
    description = {
      "Time encoding, prefill and decoding of a bundle or of checkpoints, and answers under load.",
      "Prompts are random ids, so checkpoints with random weights do as well as trained ones; with "
          + "--llm and --slm the projector has random weights, too. Medians over --runs after one "
          + "warm-up, with the smallest and the largest run; times in milliseconds."
    },
    footer = {
      "%nExamples:",
      "  l2s benchmark --llm t5-small --batch 1,8",
      "  l2s benchmark --llm t5-large --slm t5-small --precision int8 --runs 5 \\",
      "      --json out.json",
      "  l2s benchmark --bundle models/en-de --route hybrid --batch 1 \\",
      "      --concurrency 1,16,64 --plot load.svg",
      "  l2s benchmark --bundle models/en-de --busy 2"
    })
final class BenchmarkCommand implements Callable<Integer> {

  /** Longer ones need more memory for attention than the figures are worth. */
  private static final int MOST_TOKENS = 32_768;

  /** A served model takes no longer prompt by default and gives no longer answer. */
  private static final int MOST_SERVED_TOKENS = GenerationDefaults.MAX_NEW_TOKENS_LIMIT;

  private static final int MOST_RUNS = 10_000;

  /** More processes for a core only make a run longer: a step waits for the turns of all. */
  private static final int MOST_BUSY_PER_CORE = 4;

  @Spec private CommandSpec command;

  @ArgGroup(multiplicity = "1")
  private BenchmarkSource source;

  @Option(
      names = "--route",
      paramLabel = "ROUTE",
      split = ",",
      description =
          "Routes to time: hybrid, llm-only, and under load exact. Default: hybrid and"
              + " llm-only, as far as the model has them.")
  private List<Route> routes = List.of();

  @Option(
      names = "--prompt-length",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens of a prompt; 64 if not given. Under load half of it to all of it.")
  private int promptLength;

  @Option(
      names = "--output-length",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens to decode; 64 if not given.")
  private int outputLength;

  @Option(
      names = "--batch",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,8",
      description = "Batch sizes; 1,8 if not given.")
  private List<Integer> batches;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Measured runs; 5 if not given.")
  private int runs;

  @Option(
      names = "--busy",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Start N processes that keep a core busy each, for the time of the run: shows what l2s"
              + " does when it is not alone. At most four for each core; 0 if not given.")
  private int busy;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there, too.")
  private @Nullable Path json;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description =
          "Draw latency against throughput, or without --concurrency the time of a step against the"
              + " batch size, as .svg or .png.")
  private @Nullable Path plot;

  @Mixin private RequestLoadOptions load;

  @Mixin private ModelOptions options;

  private final List<StageBenchmark.Row> stageRows = new ArrayList<>();
  private final List<LoadBenchmark.Row> loadRows = new ArrayList<>();

  @Override
  public Integer call() {
    int most = load.given() ? MOST_SERVED_TOKENS : MOST_TOKENS;
    within("--prompt-length", 1, most, promptLength);
    within("--output-length", 1, most, outputLength);
    within("--runs", 1, MOST_RUNS, runs);
    requireCores();
    batches.forEach(size -> within("--batch", 1, ModelOptions.MAX_BATCH_SIZE, size));
    load.check();
    GenerationOptions search = load.search(routes);
    Optional<PlotFile> plotFile = Optional.ofNullable(plot).map(PlotFile::new);
    if (plot != null && !load.given() && Set.copyOf(routes).equals(Set.of(Route.EXACT))) {
      throw new ParameterException(
          command.commandLine(),
          "--plot needs --concurrency if --route is exact alone, which is timed under load only");
    }
    BenchmarkSource.Opened opened = source.open();
    try (BusyNeighbors neighbors = BusyNeighbors.start(busy);
        NativeRuntime runtime = options.startRuntime();
        BenchmarkModel loaded = BenchmarkModel.load(opened, runtime, options, mostTokens())) {
      List<Route> timed = routes(loaded);
      timed.forEach(route -> requirePositions(loaded.contextLimits(route)));
      BenchmarkSetting setting = setting(opened.parts(), runtime);
      setting.lines().forEach(this::line);
      stages(runtime, loaded, timed);
      underLoad(loaded, timed, search);
      neighbors.requireRunning();
      if (json != null) {
        JsonObject report = setting.json();
        report.add("stages", array(stageRows.stream().map(StageBenchmark.Row::json)));
        report.add("load", array(loadRows.stream().map(LoadBenchmark.Row::json)));
        OutputText.write(json, report.toString());
      }
      plotFile.ifPresent(
          file ->
              file.write(
                  () ->
                      loadRows.isEmpty()
                          ? BenchmarkPlot.stages(stageRows)
                          : BenchmarkPlot.load(loadRows)));
    }
    return 0;
  }

  private void requireCores() {
    int cores = Runtime.getRuntime().availableProcessors();
    int most = MOST_BUSY_PER_CORE * cores;
    if (busy < 0 || busy > most) {
      throw new ParameterException(
          command.commandLine(),
          String.format(
              "--busy must be between 0 and %d, %d for each core of this JVM, but was %d;"
                  + " --busy %d keeps each core busy",
              most, MOST_BUSY_PER_CORE, busy, cores));
    }
  }

  /** Tokens of the largest batch, with its answers. */
  private int mostTokens() {
    return Collections.max(batches) * (promptLength + outputLength);
  }

  private List<Route> routes(BenchmarkModel loaded) {
    List<Route> possible =
        loaded.hasSlm()
            ? List.of(Route.LLM_ONLY, Route.HYBRID, Route.EXACT)
            : List.of(Route.LLM_ONLY);
    for (Route route : routes) {
      if (!possible.contains(route)) {
        throw new ParameterException(
            command.commandLine(),
            "--route must be of "
                + possible.stream().map(EnumNames::of).collect(Collectors.joining(", "))
                + " for this model, but was "
                + EnumNames.of(route));
      }
    }
    return routes.isEmpty() ? possible.subList(0, Math.min(2, possible.size())) : routes;
  }

  private void stages(NativeRuntime runtime, BenchmarkModel loaded, List<Route> timed) {
    StageBenchmark stages = new StageBenchmark(runtime, loaded, promptLength, outputLength, runs);
    line(StageBenchmark.HEADER);
    for (Route route : timed) {
      // EXACT has no batch of its own.
      for (int size : route == Route.EXACT ? List.<Integer>of() : batches) {
        StageBenchmark.Row row = stages.measure(route, size);
        line(row.toString());
        stageRows.add(row);
      }
    }
  }

  private void underLoad(BenchmarkModel loaded, List<Route> timed, GenerationOptions search) {
    if (!load.given()) {
      return;
    }
    LoadBenchmark benchmark = load.benchmark(loaded, options, promptLength, outputLength, search);
    line("");
    line(LoadBenchmark.HEADER);
    for (Route route : timed) {
      for (int clients : load.concurrency()) {
        LoadBenchmark.Row row = benchmark.measure(route, clients);
        line(row.toString());
        loadRows.add(row);
      }
    }
  }

  /** Beyond its positions a model computes something, but no answer. */
  private void requirePositions(ContextLimits limits) {
    // An answer has at least one token.
    within("--prompt-length", 1, Math.min(limits.prompt(), limits.together() - 1), promptLength);
    within("--output-length", 1, limits.answerTo(promptLength), outputLength);
  }

  private void within(String option, int low, int high, int value) {
    OptionBounds.within(command, option, low, high, value);
  }

  private BenchmarkSetting setting(ModelParts parts, NativeRuntime runtime) {
    ModelInspection inspection = new ModelInspection(runtime.devices());
    String precision = EnumNames.of(inspection.precision(parts.llm(), options.llm()));
    if (parts.slm().isPresent()) {
      precision += "/" + EnumNames.of(inspection.precision(parts.slm().get(), options.slm()));
    }
    return new BenchmarkSetting(
        precision,
        options.deviceName(runtime.devices()),
        Runtime.getRuntime().availableProcessors(),
        runtime.threads().describe(),
        promptLength,
        outputLength,
        runs,
        busy);
  }

  private static JsonArray array(Stream<JsonObject> rows) {
    JsonArray array = new JsonArray();
    rows.forEach(array::add);
    return array;
  }

  private void line(String text) {
    PrintWriter out = command.commandLine().getOut();
    out.println(text);
    out.flush();
  }
}
