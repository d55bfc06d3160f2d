package io.l2s.cli;

import io.l2s.GenerationResult;
import io.l2s.ModelLoadException;
import io.l2s.Route;
import io.l2s.assembly.Bundle;
import io.l2s.evaluation.Bleu;
import io.l2s.evaluation.ChrF;
import io.l2s.evaluation.EvaluationSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
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
          + "promptTemplate makes the prompts. BLEU and chrF are sacrebleu's, with its defaults. "
          + "Each route is warmed up first; speed-up is against llm-only."
    },
    footer = {
      "%nExamples:",
      "  l2s evaluate --bundle models/en-de --data test.en-de.tsv.gz",
      "  l2s evaluate --bundle models/en-de --data dev.tsv --routes hybrid --limit 200 --json s.json"
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
      description = "source<TAB>reference a line, compressed with gzip or not.")
  private Path data;

  @Option(
      names = "--routes",
      paramLabel = "ROUTE",
      split = ",",
      description =
          "Of hybrid, llm-only, slm-only, exact; the first three, where the bundle has them, if not given.")
  private List<Route> routes = List.of();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the scores there, too.")
  private Path json;

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
    EvaluationSet test = limited(EvaluationSet.read(data));
    Bundle bundle = Bundle.open(bundleDirectory);
    List<Prompt> prompts = prompts(test, template(bundle));
    Set<Route> measured = routes.isEmpty() ? allOf(bundle) : EnumSet.copyOf(routes);
    EvaluationReport report;
    try (LoadedModel loaded = LoadedModel.ofBundle(bundle, measured, options)) {
      List<RouteScore> scores = new ArrayList<>();
      for (Route route : measured) {
        scores.add(score(loaded, route, prompts, test));
      }
      report = report(bundle, test, loaded, scores);
    }
    PrintWriter out = command.commandLine().getOut();
    out.print(report.table());
    out.flush();
    if (json != null) {
      Files.writeString(json, report.json() + "\n");
    }
    return 0;
  }

  private EvaluationSet limited(EvaluationSet all) {
    return all.size() <= limit
        ? all
        : new EvaluationSet(all.sources().subList(0, limit), all.references().subList(0, limit));
  }

  private static String template(Bundle bundle) {
    return bundle
        .promptTemplate()
        .orElseThrow(
            () ->
                new ModelLoadException(
                    bundle.directory().resolve(Bundle.FILE),
                    "evaluate needs the field promptTemplate, such as \"" + PLACEHOLDER + "\""));
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

  private RouteScore score(
      LoadedModel loaded, Route route, List<Prompt> prompts, EvaluationSet test) {
    generation(loaded, route)
        .run(
            prompts.subList(0, Math.min(prompts.size(), options.batchSize())).iterator(),
            (prompt, result) -> {});
    List<GenerationResult> results = new ArrayList<>(prompts.size());
    Duration elapsed;
    try (ProgressBar bar = progress.bar(EnumNames.of(route), " sentences", prompts.size())) {
      long start = System.nanoTime();
      generation(loaded, route)
          .run(
              prompts.iterator(),
              (prompt, result) -> {
                results.add(result);
                bar.step();
              });
      elapsed = Duration.ofNanos(System.nanoTime() - start);
    }
    List<String> texts = results.stream().map(GenerationResult::text).toList();
    return new RouteScore(
        route,
        Bleu.corpus(texts, test.references()).value(),
        ChrF.corpus(texts, test.references()).value(),
        results.size(),
        results.stream().mapToLong(result -> result.ids().size()).sum(),
        elapsed);
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
        scores);
  }
}
