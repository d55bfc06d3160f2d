package io.l2s.cli;

import com.google.gson.JsonObject;
import io.l2s.FinishReason;
import io.l2s.GenerationOptions;
import io.l2s.Route;
import io.l2s.assembly.ModelParts;
import io.l2s.checkpoint.Checkpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code l2s label}: writes a large model's own answers for a corpus, to train a small one on. */
@Command(
    name = "label",
    modelTransformer = LabelCommand.WithoutEffectHidden.class,
    description = {
      "Write the large model's own answers for a corpus, to train a small model on them.",
      "Each distinct source is answered once, in the order first seen; the rest of the"
          + " corpus is ignored. The output has the form that train reads: source<TAB>answer"
          + " a line, or an object with source and target a line if its name ends in .jsonl."
          + " Rows that this form cannot hold are left out and counted.",
      "The answers are kept in FILE.unfinished until all are there. After Ctrl-C, a"
          + " crash or a full disk, --resume continues from it. Rounding depends on which"
          + " sources share a batch: with --precision f32 no answer was seen to change, with"
          + " int8 about one in a hundred.",
      "A checkpoint does not name the prompt that its model was trained on, so give it"
          + " as --template beside --llm: answers to a bare source may be worthless."
    },
    footer = {
      "%nExamples:",
      "  l2s label --llm models/llm --data train.tsv.gz --output labels.tsv.gz \\",
      "      --template 'translate English to German: {source}' \\",
      "      --num-beams 4 --batch-size 64",
      "  l2s label --bundle models/en-de --data news.txt --output labels.tsv --resume"
    })
final class LabelCommand implements Callable<Integer> {

  /** Shared options that would change nothing here, each with the reason. */
  private static final Map<String, String> WITHOUT_EFFECT =
      Map.of(
          "--slm-precision",
          "only the large model answers",
          "--target-field",
          "only sources are read",
          "--num-return-sequences",
          "a source gets one answer",
          "--logprobs",
          "only answers are written");

  /** Hides these options in the help. */
  static final class WithoutEffectHidden implements IModelTransformer {

    @Override
    public CommandSpec transform(CommandSpec spec) {
      for (String name : WITHOUT_EFFECT.keySet()) {
        OptionSpec shown = spec.findOption(name);
        spec.remove(shown);
        spec.addOption(OptionSpec.builder(shown).hidden(true).build());
      }
      return spec;
    }
  }

  @Spec private CommandSpec command;

  @ArgGroup(multiplicity = "1")
  private ModelChoice teacher;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description =
          "Sources, one a line up to the first tab, or in a .jsonl file an object a line;"
              + " compressed with gzip or not.")
  private Path data;

  @Mixin private PairFormatOptions format;

  @Mixin private PromptTemplateOption template;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use the first N distinct sources only.")
  private @Nullable Integer limit;

  @Option(
      names = "--leave-out-long",
      description =
          "Leave out and count sources whose prompts are longer than the model takes,"
              + " instead of refusing them.")
  private boolean leaveOutLong;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "Where the answers go; compressed if its name ends in .gz.")
  private Path output;

  @Option(
      names = "--resume",
      description = "Continue from FILE.unfinished, from its start if it has no answer yet.")
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
    new UnfinishedLabels(output).requireFree(resume);
    ChosenModel model = teacher.open();
    LabelCorpus whole =
        LabelCorpus.read(
            data, format.format(), limit == null ? Long.MAX_VALUE : limit, template.of(model));
    Set<Route> routes = Set.of(Route.LLM_ONLY);
    ModelParts parts = model.open(routes);
    LabelCorpus corpus =
        whole.within(
            PromptLimit.of(options.serving(), chosen.numBeams()), parts.llm(), leaveOutLong);
    try (LoadedModel loaded = LoadedModel.load(parts, routes, options);
        LabelFile file =
            LabelFile.open(
                output,
                settings(loaded, parts.llm(), corpus.template().text(), chosen),
                corpus.sources(),
                resume)) {
      answer(loaded, file, corpus, chosen);
    }
    return 0;
  }

  private void answer(
      LoadedModel loaded, LabelFile file, LabelCorpus corpus, GenerationOptions chosen) {
    long[] tokens = {0};
    int before = file.done();
    List<Prompt> prompts = corpus.prompts(before);
    long start = System.nanoTime();
    try (ProgressBar bar =
        progress.bar("label", " sources", before, (long) before + prompts.size())) {
      new OrderedGeneration(
              loaded.model(),
              request -> options.bounded(request).withRoute(Route.LLM_ONLY).withOptions(chosen),
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
    if (corpus.leftOut() > 0) {
      PrintWriter out = command.commandLine().getOut();
      out.printf(
          Locale.ROOT,
          "%,d sources left out: their prompts are longer than the model takes%n",
          corpus.leftOut());
      out.flush();
    }
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
          "%,d left out: their answer is empty, or source or answer has a tab, line break"
              + " or half a surrogate pair, which only a .jsonl output can hold%n",
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

  // A label is one text, so the results of these options would be thrown away. Prompts that no
  // batch can hold are reported before a file is begun.
  private GenerationOptions checkedSearch() {
    WITHOUT_EFFECT.forEach(
        (option, reason) -> {
          if (command.commandLine().getParseResult().hasMatchedOption(option)) {
            throw usage(option + " must be left out: " + reason);
          }
        });
    return search.options(options);
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** Everything that the answers depend on; a resumed labeling must have the same. */
  private JsonObject settings(
      LoadedModel loaded, Checkpoint llm, String prompt, GenerationOptions chosen) {
    JsonObject settings = new JsonObject();
    digests(llm).forEach(settings::addProperty);
    settings.addProperty("precision", EnumNames.of(loaded.llmPrecision(llm)));
    settings.addProperty("template", prompt);
    settings.addProperty("options", chosen.toString());
    settings.addProperty("maxNewTokens", options.maxNewTokens());
    return settings;
  }

  private static Map<String, String> digests(Checkpoint model) {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.list(model.directory())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(".safetensors") || name.endsWith(".json")) {
          digests.put("llm/" + name, model.sha256(file));
        }
      }
    } catch (IOException e) {
      throw new CommandFailure("cannot list " + model.directory() + ": " + e.getMessage(), e);
    }
    return digests;
  }
}
