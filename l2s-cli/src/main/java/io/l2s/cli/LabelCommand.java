package io.l2s.cli;

import com.google.gson.JsonObject;
import io.l2s.GenerationOptions;
import io.l2s.Route;
import io.l2s.assembly.Bundle;
import io.l2s.checkpoint.Digests;
import io.l2s.evaluation.PairFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code l2s label}: writes a large model's own answers for a corpus, to train a small one on. */
@Command(
    name = "label",
    description = {
      "Write the large model's own answers for a corpus, to train a small model on them.",
      "Each distinct source is answered once, in the order first seen; what else the corpus holds is "
          + "not looked at. The output has the form that train reads: source<TAB>answer a line, or if"
          + " its name ends in .jsonl an object with source and target a line.",
      "The answers are kept in FILE.unfinished until all are there. After Ctrl-C, a crash or a full "
          + "disk --resume goes on from it."
    },
    footer = {
      "%nExamples:",
      "  l2s label --llm models/llm --data train.tsv.gz --output labels.tsv.gz \\",
      "      --template 'translate English to German: {source}' --num-beams 4 --batch-size 64",
      "  l2s label --bundle models/en-de --data news.txt --output labels.tsv --resume"
    })
final class LabelCommand implements Callable<Integer> {

  private static final String PLACEHOLDER = "{source}";

  @Spec private CommandSpec command;

  @ArgGroup(multiplicity = "1")
  private Teacher teacher;

  /** The model to answer with. */
  private static final class Teacher {
    @Option(
        names = "--bundle",
        paramLabel = "DIR",
        required = true,
        description = "Directory with an l2s.json, whose large model answers.")
    private Path bundle;

    @Option(
        names = "--llm",
        paramLabel = "DIR",
        required = true,
        description = "Checkpoint of the large model, in Hugging Face layout.")
    private Path llm;
  }

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description =
          "Sources, one a line up to the first tab, or in a .jsonl file an object a line; compressed"
              + " with gzip or not.")
  private Path data;

  @Mixin private PairFormatOptions format;

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description = "Prompt with {source} in it; the bundle's, or the bare source, if not given.")
  private String template;

  @Option(names = "--limit", paramLabel = "N", description = "Use the first N sources only.")
  private Integer limit;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "Where the answers go; compressed if its name ends in .gz.")
  private Path output;

  @Option(names = "--resume", description = "Go on from FILE.unfinished.")
  private boolean resume;

  @Mixin private ModelOptions options;

  @Mixin private SearchOptions search;

  @Mixin private Progress progress;

  @Override
  public Integer call() {
    if (limit != null && limit < 1) {
      throw usage("--limit must be at least 1, but was " + limit);
    }
    Optional<Bundle> bundle = Optional.ofNullable(teacher.bundle).map(Bundle::open);
    String prompt = promptTemplate(bundle);
    GenerationOptions chosen = search.options();
    List<String> sources = sources();
    long start = System.nanoTime();
    long[] tokens = {0};
    int before;
    LabelFile.Summary summary;
    try (LoadedModel loaded =
            bundle
                .map(each -> LoadedModel.ofBundle(each, Set.of(Route.LLM_ONLY), options))
                .orElseGet(() -> LoadedModel.ofLlm(teacher.llm, options));
        LabelFile file =
            LabelFile.open(output, settings(loaded, bundle, prompt, chosen), sources, resume);
        ProgressBar bar = progress.bar("label", " sources", sources.size())) {
      before = file.done();
      bar.stepTo(before);
      new OrderedGeneration(
              loaded.model(),
              request -> request.withRoute(Route.LLM_ONLY).withOptions(chosen),
              options.window())
          .run(
              prompts(sources, before, prompt).iterator(),
              (asked, result) -> {
                file.add(result.text());
                tokens[0] += result.ids().size();
                bar.step();
              });
      summary = file.finish();
    }
    print(summary, sources.size() - before, tokens[0], Duration.ofNanos(System.nanoTime() - start));
    return 0;
  }

  private void print(LabelFile.Summary summary, int answered, long tokens, Duration elapsed) {
    PrintWriter out = command.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%,d sources answered, %,d tokens, %.1f sources/s; %,d rows written to %s%n",
        answered,
        tokens,
        answered / Math.max(1e-9, elapsed.toNanos() / 1e9),
        summary.written(),
        output);
    if (summary.leftOut() > 0) {
      out.printf(
          Locale.ROOT,
          "%,d left out: their answer is empty, or source or answer has a tab or line break, which "
              + "only a .jsonl output can hold%n",
          summary.leftOut());
    }
    out.flush();
  }

  private String promptTemplate(Optional<Bundle> bundle) {
    String chosen =
        Optional.ofNullable(template)
            .or(() -> bundle.flatMap(Bundle::promptTemplate))
            .orElse(PLACEHOLDER);
    if (!chosen.contains(PLACEHOLDER)) {
      throw usage("--template must be a text with {source} in it, but was " + chosen);
    }
    return chosen;
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private List<String> sources() {
    List<String> all = PairFile.sources(data, format.format()).stream().distinct().toList();
    return limit == null || limit >= all.size() ? all : all.subList(0, limit);
  }

  private static List<Prompt> prompts(List<String> sources, int from, String template) {
    List<Prompt> prompts = new ArrayList<>();
    for (int i = from; i < sources.size(); i++) {
      prompts.add(new Prompt("source " + (i + 1), template.replace(PLACEHOLDER, sources.get(i))));
    }
    return prompts;
  }

  /** All that decides the answers; those of a resumed labelling must be the same. */
  private JsonObject settings(
      LoadedModel loaded, Optional<Bundle> bundle, String prompt, GenerationOptions chosen) {
    Path llm = bundle.map(Bundle::llm).orElse(teacher.llm);
    JsonObject settings = new JsonObject();
    settings.addProperty("llm", digest(llm));
    settings.addProperty("precision", EnumNames.of(loaded.llmPrecision(llm)));
    settings.addProperty("template", prompt);
    settings.addProperty("options", chosen.toString());
    settings.addProperty("maxNewTokens", options.maxNewTokens());
    return settings;
  }

  private static String digest(Path model) {
    try (Stream<Path> files = Files.list(model)) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .sorted()
          .map(Digests::sha256)
          .toList()
          .toString();
    } catch (IOException e) {
      throw new CommandFailure("cannot list " + model + ": " + e.getMessage(), e);
    }
  }
}
