package io.l2s.cli;

import io.l2s.GenerationResult;
import io.l2s.PromptTemplate;
import io.l2s.Route;
import io.l2s.assembly.ModelInspection;
import io.l2s.assembly.ModelParts;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.evaluation.Bootstrap;
import io.l2s.evaluation.CorpusStatistics;
import io.l2s.evaluation.EvaluationSet;
import io.l2s.evaluation.Metric;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code l2s evaluate}: scores and times the routes of a bundle, or one model. */
@Command(
    name = "evaluate",
    description = {
      "Score and time the routes of a bundle, or one model, on pairs of source and reference.",
      "The bundle's promptTemplate makes the prompts. A checkpoint does not name the"
          + " prompt that its model was trained on, so give it as --template beside --llm.",
      "Lines with the same source are one sentence with several references. BLEU, chrF, chrF++ and "
          + "TER are sacrebleu's, ROUGE is rouge-score's, with their defaults; p is of a paired "
          + "bootstrap.",
      "Each route is warmed up first. ms/sentence is the time of the whole run,"
          + " divided by its sentences, --batch-size of which decode together; latency p50"
          + " and p95 are of the time that one sentence takes among the others of its"
          + " batch. Encode, prefill, decode and rest are shares of that time; rest is"
          + " mostly its wait while the prompts of others are read."
    },
    footer = {
      "%nExamples:",
      "  l2s evaluate --bundle models/en-de --data test.en-de.tsv.gz",
      "  l2s evaluate --bundle models/en-de --data dev.tsv --routes hybrid,slm-only \\",
      "      --baseline slm-only --limit 200 --json scores.json --answers answers",
      "  l2s score --hypotheses answers/hybrid.txt --compare answers/slm-only.txt \\",
      "      --references answers/references.1.txt",
      "  l2s evaluate --bundle my-pair --slm-alone alone --data test.tsv",
      "  l2s evaluate --llm alone --data test.tsv \\",
      "      --template 'translate English to German: {source}'",
      "  l2s evaluate --bundle models/titles --data test.jsonl.gz --source-field text \\",
      "      --target-field title --metrics rouge,exact --markdown scores.md \\",
      "      --plot scores.svg"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Mixin private EvaluatedModel model;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description =
          "source<TAB>reference a line, or in a .jsonl file an object a line; compressed"
              + " with gzip or not.")
  private Path data;

  @Mixin private PairFormatOptions format;

  @Mixin private PromptTemplateOption template;

  @Option(
      names = "--routes",
      paramLabel = "ROUTE",
      split = ",",
      description =
          "Routes to measure: hybrid, llm-only, slm-only, exact. Default: the first three,"
              + " as far as the model has them.")
  private List<Route> routes = List.of();

  @Option(
      names = "--metrics",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "bleu,chrf",
      description =
          "Metrics: bleu, chrf, chrf++, ter, rouge, exact; ${DEFAULT-VALUE} if not given."
              + " The first one is plotted.")
  private List<MetricChoice> metrics;

  @Option(
      names = "--baseline",
      paramLabel = "ROUTE",
      description =
          "Route that differences, p and speed-up are relative to. Default: llm-only, or"
              + " the first of --routes where llm-only is not measured. Hybrid is also compared"
              + " with slm-only where both are measured.")
  private @Nullable Route baseline;

  @Mixin private EvaluationOutputs outputs;

  private int limit = Integer.MAX_VALUE;

  @Mixin private ModelOptions options;

  @Mixin private Progress progress;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use the first N distinct sources only.")
  private void setLimit(int value) {
    if (value < 1) {
      throw usage("--limit must be at least 1, but was " + value);
    }
    limit = value;
  }

  @Override
  public Integer call() {
    model.check(routes);
    outputs.check();
    EvaluationSet test = EvaluationSet.read(data, format.format()).first(limit);
    ChosenModel chosen = model.open();
    Set<Route> measured = routes.isEmpty() ? chosen.routes() : EnumSet.copyOf(routes);
    Route chosenBaseline = baselineOf(measured);
    List<Prompt> prompts = prompts(test, template.of(chosen));
    ModelParts parts = chosen.open(measured);
    requireShort(prompts, parts, measured);
    Map<Route, RouteRun> runs = new EnumMap<>(Route.class);
    EvaluationReport report;
    try (LoadedModel loaded = LoadedModel.load(parts, measured, options)) {
      for (Route route : measured) {
        runs.put(route, run(loaded, route, prompts));
      }
      report = report(chosen, parts, test, loaded, runs, chosenBaseline);
    }
    PrintWriter out = command.commandLine().getOut();
    out.print(report.table());
    out.flush();
    Map<Route, List<String>> texts = new EnumMap<>(Route.class);
    runs.forEach((route, run) -> texts.put(route, run.texts()));
    outputs.write(report, test, texts, out);
    return 0;
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private Route baselineOf(Set<Route> measured) {
    if (baseline == null) {
      return measured.contains(Route.LLM_ONLY) ? Route.LLM_ONLY : routes.get(0);
    }
    if (!measured.contains(baseline)) {
      throw usage(
          "--baseline must be one of the routes measured, "
              + measured.stream().map(EnumNames::of).collect(Collectors.joining(", "))
              + ", but was "
              + EnumNames.of(baseline));
    }
    return baseline;
  }

  // A route takes minutes, so prompts that it would refuse are reported before it starts.
  private void requireShort(List<Prompt> prompts, ModelParts parts, Set<Route> measured) {
    List<Checkpoint> readers = new ArrayList<>();
    if (!measured.equals(Set.of(Route.SLM_ONLY))) {
      readers.add(parts.llm());
    }
    parts.slmAlone().ifPresent(readers::add);
    PromptLimit limit = PromptLimit.of(options.serving(), 1);
    for (Checkpoint reader : readers) {
      SortedMap<Integer, String> problems = limit.tooLong(prompts, reader);
      if (!problems.isEmpty()) {
        throw PromptLimit.failure(prompts, problems, "shorten or remove the row");
      }
    }
  }

  private List<Prompt> prompts(EvaluationSet test, PromptTemplate template) {
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < test.size(); i++) {
      prompts.add(
          new Prompt(
              data + ", line " + test.lines().get(i), template.prompt(test.sources().get(i))));
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

  private static RouteScore score(
      ModelParts parts, Route route, RouteRun run, List<CorpusStatistics> measured) {
    return new RouteScore(
        route,
        parameters(parts, route),
        measured.stream().map(metric -> MetricScore.of(metric, Bootstrap.DEFAULT)).toList(),
        run.results().stream()
            .map(each -> RouteScore.admitted(each.timings()).toNanos() / 1e6)
            .sorted()
            .toList(),
        run.results().stream().mapToLong(each -> each.ids().size()).sum(),
        run.elapsed(),
        RouteScore.Shares.of(run.results()));
  }

  /** The number of weights that take part in answers of {@code route}. */
  private static long parameters(ModelParts parts, Route route) {
    return switch (route) {
      case LLM_ONLY -> parts.llm().parameters();
      case SLM_ONLY -> parts.slmAlone().orElseThrow().parameters();
      case HYBRID, EXACT -> parts.llm().parameters() + ModelInspection.conditionedParameters(parts);
    };
  }

  private static List<CorpusStatistics> measured(
      List<Metric> metrics, RouteRun run, EvaluationSet test) {
    return metrics.stream().map(metric -> metric.measure(run.texts(), test.references())).toList();
  }

  private OrderedGeneration generation(LoadedModel loaded, Route route) {
    return new OrderedGeneration(
        loaded.model(), request -> options.bounded(request).withRoute(route), options.window());
  }

  private EvaluationReport report(
      ChosenModel chosen,
      ModelParts parts,
      EvaluationSet test,
      LoadedModel loaded,
      Map<Route, RouteRun> runs,
      Route chosenBaseline) {
    List<Metric> scored =
        metrics.stream().distinct().flatMap(choice -> choice.metrics().stream()).toList();
    Map<Route, List<CorpusStatistics>> measured = new EnumMap<>(Route.class);
    runs.forEach((route, run) -> measured.put(route, measured(scored, run, test)));
    return new EvaluationReport(
        model.directories(),
        data.toString(),
        test.size(),
        test.references().stream().mapToLong(List::size).sum(),
        options.batchSize(),
        options.maxNewTokens(),
        loaded.llmPrecision(parts.llm()),
        chosen
            .bundle()
            .map(bundle -> parts.slm().orElseGet(() -> Checkpoint.open(bundle.slm())))
            .map(loaded::slmPrecision),
        loaded.device(),
        Runtime.getRuntime().availableProcessors(),
        Bootstrap.DEFAULT,
        chosenBaseline,
        runs.entrySet().stream()
            .map(
                each ->
                    score(
                        parts,
                        each.getKey(),
                        each.getValue(),
                        Objects.requireNonNull(measured.get(each.getKey()))))
            .toList(),
        RouteComparison.all(measured, chosenBaseline, Bootstrap.DEFAULT));
  }
}
