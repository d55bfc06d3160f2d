package io.l2s.cli;

import io.l2s.GenerationResult;
import io.l2s.Route;
import io.l2s.assembly.Bundle;
import io.l2s.assembly.ModelLoader;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.evaluation.Bootstrap;
import io.l2s.evaluation.CorpusStatistics;
import io.l2s.evaluation.EvaluationSet;
import io.l2s.evaluation.Metric;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code l2s evaluate}: scores and times the routes of a bundle. */
@Command(
    name = "evaluate",
    description = {
      "Score and time the routes of a bundle on pairs of source and reference.",
      "Lines with the same source are one sentence with several references. The bundle's "
          + "promptTemplate makes the prompts. BLEU, chrF, chrF++ and TER are sacrebleu's, ROUGE is "
          + "rouge-score's, with their defaults. Each route is warmed up first; speed-up and p are "
          + "against llm-only. Encode, prefill, decode and rest are shares of a sentence's time "
          + "in the model; rest is mostly its wait while the prompts of others are read."
    },
    footer = {
      "%nExamples:",
      "  l2s evaluate --bundle models/en-de --data test.en-de.tsv.gz",
      "  l2s evaluate --bundle models/en-de --data dev.tsv --routes hybrid --limit 200 --json s.json",
      "  l2s evaluate --bundle models/titles --data test.jsonl.gz --source-field text \\",
      "      --target-field title --metrics rouge,exact --markdown scores.md --plot scores.svg"
    })
final class EvaluateCommand implements Callable<Integer> {

  private static final String PLACEHOLDER = "{source}";

  @Spec private CommandSpec command;

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      required = true,
      description = "Directory with an l2s.json.")
  private Path bundleDirectory;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description =
          "source<TAB>reference a line, or in a .jsonl file an object a line; compressed with gzip or"
              + " not.")
  private Path data;

  @Mixin private PairFormatOptions format;

  @Option(
      names = "--routes",
      paramLabel = "ROUTE",
      split = ",",
      description =
          "Of hybrid, llm-only, slm-only, exact; the first three, where the bundle has them, if not given.")
  private List<Route> routes = List.of();

  @Option(
      names = "--metrics",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "bleu,chrf",
      description =
          "Of bleu, chrf, chrf++, ter, rouge, exact; ${DEFAULT-VALUE} if not given. The first is"
              + " plotted.")
  private List<MetricChoice> metrics;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the scores there, too.")
  private Path json;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "Write the tables there as Markdown, too.")
  private Path markdown;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draw quality against speed, as .svg or .png.")
  private Path plot;

  private int limit = Integer.MAX_VALUE;

  @Mixin private ModelOptions options;

  @Mixin private Progress progress;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use the first N distinct sources only.")
  private void setLimit(int value) {
    if (value < 1) {
      throw new ParameterException(
          command.commandLine(), "--limit must be at least 1, but was " + value);
    }
    limit = value;
  }

  @Override
  public Integer call() throws IOException {
    Optional<PlotFile> plotFile = Optional.ofNullable(plot).map(PlotFile::new);
    EvaluationSet test = limited(EvaluationSet.read(data, format.format()));
    Bundle bundle = Bundle.open(bundleDirectory);
    List<Prompt> prompts = prompts(test, bundle.promptTemplate().orElse(PLACEHOLDER));
    Set<Route> measured = routes.isEmpty() ? allOf(bundle) : EnumSet.copyOf(routes);
    EvaluationReport report;
    try (LoadedModel loaded = LoadedModel.ofBundle(bundle, measured, options)) {
      Map<Route, RouteRun> runs = new EnumMap<>(Route.class);
      for (Route route : measured) {
        runs.put(route, run(loaded, route, prompts));
      }
      report = report(bundle, test, loaded, scores(bundle, runs, test));
    }
    PrintWriter out = command.commandLine().getOut();
    out.print(report.table());
    out.flush();
    if (json != null) {
      Files.writeString(json, report.json() + "\n");
    }
    if (markdown != null) {
      Files.writeString(markdown, report.markdown());
    }
    plotFile.ifPresent(file -> EvaluationPlot.write(report, file));
    return 0;
  }

  private EvaluationSet limited(EvaluationSet all) {
    return all.size() <= limit
        ? all
        : new EvaluationSet(all.sources().subList(0, limit), all.references().subList(0, limit));
  }

  private static Set<Route> allOf(Bundle bundle) {
    Set<Route> all = EnumSet.of(Route.HYBRID, Route.LLM_ONLY);
    if (bundle.slmAlone().isPresent()) {
      all.add(Route.SLM_ONLY);
    }
    return all;
  }

  private static List<Prompt> prompts(EvaluationSet test, String template) {
    List<Prompt> prompts = new ArrayList<>();
    for (String source : test.sources()) {
      prompts.add(
          new Prompt("source " + (prompts.size() + 1), template.replace(PLACEHOLDER, source)));
    }
    return prompts;
  }

  /** The answers of one route, in the order of the sources. */
  private record RouteRun(List<GenerationResult> results, Duration elapsed) {

    List<String> texts() {
      return results.stream().map(GenerationResult::text).toList();
    }
  }

  private RouteRun run(LoadedModel loaded, Route route, List<Prompt> prompts) {
    generation(loaded, route)
        .run(
            prompts.subList(0, Math.min(prompts.size(), options.batchSize())).iterator(),
            (prompt, result) -> {});
    List<GenerationResult> results = new ArrayList<>(prompts.size());
    try (ProgressBar bar = progress.bar(EnumNames.of(route), " sentences", prompts.size())) {
      long start = System.nanoTime();
      generation(loaded, route)
          .run(
              prompts.iterator(),
              (prompt, result) -> {
                results.add(result);
                bar.step();
              });
      return new RouteRun(results, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private List<RouteScore> scores(Bundle bundle, Map<Route, RouteRun> runs, EvaluationSet test) {
    List<Metric> chosen =
        metrics.stream().distinct().flatMap(choice -> choice.metrics().stream()).toList();
    Optional<List<CorpusStatistics>> baseline =
        Optional.ofNullable(runs.get(Route.LLM_ONLY)).map(run -> measured(chosen, run, test));
    List<RouteScore> scores = new ArrayList<>();
    runs.forEach(
        (route, run) -> {
          List<CorpusStatistics> own = measured(chosen, run, test);
          List<MetricScore> quality = new ArrayList<>();
          for (int i = 0; i < own.size(); i++) {
            quality.add(
                baseline.isPresent() && route != Route.LLM_ONLY
                    ? MetricScore.against(baseline.get().get(i), own.get(i), Bootstrap.DEFAULT)
                    : MetricScore.of(own.get(i), Bootstrap.DEFAULT));
          }
          scores.add(
              new RouteScore(
                  route,
                  parameters(bundle, route),
                  quality,
                  run.results().stream()
                      .map(each -> RouteScore.admitted(each.timings()).toNanos() / 1e6)
                      .sorted()
                      .toList(),
                  run.results().stream().mapToLong(each -> each.ids().size()).sum(),
                  run.elapsed(),
                  RouteScore.Shares.of(run.results())));
        });
    return scores;
  }

  private static List<CorpusStatistics> measured(
      List<Metric> metrics, RouteRun run, EvaluationSet test) {
    return metrics.stream().map(metric -> metric.measure(run.texts(), test.references())).toList();
  }

  private static long parameters(Bundle bundle, Route route) {
    long llm = Checkpoint.open(bundle.llm()).parameters();
    return switch (route) {
      case LLM_ONLY -> llm;
      case SLM_ONLY -> Checkpoint.open(bundle.slmAlone().orElseThrow()).parameters();
      case HYBRID, EXACT -> llm + ModelLoader.conditionedParameters(bundle);
    };
  }

  private OrderedGeneration generation(LoadedModel loaded, Route route) {
    return new OrderedGeneration(
        loaded.model(), request -> request.withRoute(route), options.window());
  }

  private EvaluationReport report(
      Bundle bundle, EvaluationSet test, LoadedModel loaded, List<RouteScore> scores) {
    return new EvaluationReport(
        bundleDirectory.toString(),
        data.toString(),
        test.sources().size(),
        test.references().stream().mapToLong(List::size).sum(),
        options.batchSize(),
        options.maxNewTokens(),
        loaded.llmPrecision(bundle.llm()),
        loaded.slmPrecision(bundle.slm()),
        loaded.device(),
        Runtime.getRuntime().availableProcessors(),
        Bootstrap.DEFAULT,
        scores);
  }
}
