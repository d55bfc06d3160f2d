package io.l2s.cli;

import com.google.gson.JsonObject;
import io.l2s.FinishReason;
import io.l2s.GenerationOptions;
import io.l2s.Route;
import io.l2s.assembly.Bundle;
import io.l2s.checkpoint.Digests;
import io.l2s.evaluation.PairFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
          + " its name ends in .jsonl an object with source and target a line. Rows that this form "
          + "cannot hold are left out, and counted.",
      "The answers are kept in FILE.unfinished until all are there. After Ctrl-C, a crash or a full "
          + "disk --resume goes on from it. Rounding depends on which sources share a batch: with "
          + "--precision f32 no answer was seen to change by it, in int8 one of some hundred."
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

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use the first N distinct sources only.")
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
    GenerationOptions chosen = checkedSearch();
    LabelFile.requireFree(output, resume);
    Optional<Bundle> bundle = Optional.ofNullable(teacher.bundle).map(Bundle::open);
    String prompt = promptTemplate(bundle);
    List<LabelFile.Source> sources = sources();
    try (LoadedModel loaded =
            bundle
                .map(each -> LoadedModel.ofBundle(each, Set.of(Route.LLM_ONLY), options))
                .orElseGet(() -> LoadedModel.ofLlm(teacher.llm, options));
        LabelFile file =
            LabelFile.open(output, settings(loaded, bundle, prompt, chosen), sources, resume)) {
      answer(loaded, file, prompts(sources, file.done(), prompt), chosen);
    }
    return 0;
  }

  private void answer(
      LoadedModel loaded, LabelFile file, List<Prompt> prompts, GenerationOptions chosen) {
    long[] tokens = {0};
    int before = file.done();
    long start = System.nanoTime();
    try (ProgressBar bar =
        progress.bar("label", " sources", before, (long) before + prompts.size())) {
      new OrderedGeneration(
              loaded.model(),
              request -> request.withRoute(Route.LLM_ONLY).withOptions(chosen),
              options.window())
          .run(
              prompts.iterator(),
              (asked, result) -> {
                file.add(result.text(), result.finishReason() == FinishReason.LENGTH);
                tokens[0] += result.ids().size();
                bar.step();
                bar.setExtraMessage(rate(file.done() - before, start));
              });
    }
    String rate = rate(prompts.size(), start);
    print(file.finish(), prompts.size(), tokens[0], rate);
  }

  private static String rate(int answered, long start) {
    double seconds = Math.max(1e-9, (System.nanoTime() - start) / 1e9);
    return String.format(Locale.ROOT, "%.1f sources/s", answered / seconds);
  }

  private void print(LabelOutput.Summary summary, int answered, long tokens, String rate) {
    PrintWriter out = command.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%,d sources answered, %,d tokens, %s; %,d rows written to %s%n",
        answered,
        tokens,
        rate,
        summary.written(),
        output);
    if (summary.leftOut() > 0) {
      out.printf(
          Locale.ROOT,
          "%,d left out: their answer is empty, or source or answer has a tab or line break, which "
              + "only a .jsonl output can hold%n",
          summary.leftOut());
    }
    if (summary.cut() > 0) {
      out.printf(
          Locale.ROOT,
          "%,d of the rows end at --max-new-tokens %d, not where the model would have ended%n",
          summary.cut(),
          options.maxNewTokens());
    }
    out.flush();
  }

  // A label is one text: what these options ask for would be thrown away.
  private GenerationOptions checkedSearch() {
    GenerationOptions chosen = search.options(options);
    if (chosen.numReturnSequences() != 1) {
      throw usage(
          "--num-return-sequences must be left out: a source gets one answer, but was "
              + chosen.numReturnSequences());
    }
    if (chosen.logprobs()) {
      throw usage("--logprobs must be left out: only answers are written");
    }
    return chosen;
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

  private List<LabelFile.Source> sources() {
    List<String> rows = PairFile.sources(data, format.format());
    Map<String, Long> lines = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      lines.putIfAbsent(rows.get(i), i + 1L);
    }
    return lines.entrySet().stream()
        .limit(limit == null ? Long.MAX_VALUE : limit)
        .map(entry -> new LabelFile.Source(entry.getValue(), entry.getKey()))
        .toList();
  }

  private List<Prompt> prompts(List<LabelFile.Source> sources, int from, String template) {
    return sources.subList(from, sources.size()).stream()
        .map(
            source ->
                new Prompt(
                    data + ", line " + source.line(), template.replace(PLACEHOLDER, source.text())))
        .toList();
  }

  /** All that decides the answers; those of a resumed labelling must be the same. */
  private JsonObject settings(
      LoadedModel loaded, Optional<Bundle> bundle, String prompt, GenerationOptions chosen) {
    Path llm = bundle.map(Bundle::llm).orElse(teacher.llm);
    JsonObject settings = new JsonObject();
    digests(llm).forEach(settings::addProperty);
    settings.addProperty("precision", EnumNames.of(loaded.llmPrecision(llm)));
    settings.addProperty("template", prompt);
    settings.addProperty("options", chosen.toString());
    settings.addProperty("maxNewTokens", options.maxNewTokens());
    return settings;
  }

  private static Map<String, String> digests(Path model) {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(".safetensors") || name.endsWith(".json")) {
          digests.put("llm/" + name, Digests.sha256(file));
        }
      }
    } catch (IOException e) {
      throw new CommandFailure("cannot list " + model + ": " + e.getMessage(), e);
    }
    return digests;
  }
}
