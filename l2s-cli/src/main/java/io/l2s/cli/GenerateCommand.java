package io.l2s.cli;

import io.l2s.Bundle;
import io.l2s.GenerationOptions;
import io.l2s.HybridLanguageModel;
import io.l2s.IoReasons;
import io.l2s.PromptLookup;
import io.l2s.PromptTemplate;
import io.l2s.Route;
import io.l2s.evaluation.PairFile;
import io.l2s.evaluation.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code l2s generate}: answers prompts. */
@Command(
    name = "generate",
    description = {
      "Answer prompts, one answer a line, in the prompts' order.",
      "Prompts are read as they are: nothing is added or cut, unless --source or --chat is given."
          + " With --format text, line"
          + " breaks inside an answer are written as \\n and \\r; jsonl keeps every"
          + " character."
    },
    footer = {
      "%nExamples:",
      "  l2s generate --bundle models/en-de \\",
      "      \"translate English to German: Good night.\"",
      "  l2s generate --bundle models/en-de --source \"Good night.\"",
      "  l2s generate --bundle models/en-de --input prompts.txt --route llm-only",
      "  l2s generate --llm models/t5-small --input prompts.jsonl --format jsonl",
      "  l2s generate --llm models/llm --slm my-pair/slm \\",
      "      --projector my-pair/projector.safetensors \"…\"",
      "  l2s generate --bundle models/en-de --num-beams 4 --num-return-sequences 4 \\",
      "      \"…\"",
      "  l2s generate --llm models/t5-small --temperature 0.7 --top-p 0.9 --seed 1 \\",
      "      \"…\"",
      "  l2s generate --bundle models/titles --prompt-lookup-num-tokens 10 \"…\"",
      "  l2s generate --llm models/smollm2 --chat \"Where is Bern?\"",
      "  cat sentences.txt | l2s generate --bundle models/en-de --source"
    })
final class GenerateCommand implements Callable<Integer> {

  private static final String STANDARD_INPUT = "-";
  private static final char REPLACEMENT = '\uFFFD';

  private final StandardInput standardInput;

  @Spec private CommandSpec command;

  @ArgGroup(multiplicity = "1")
  private ModelChoice model;

  @Option(
      names = "--route",
      paramLabel = "hybrid|llm-only|slm-only|exact",
      description = "Route that answers. Default: hybrid with --bundle or --slm, else llm-only.")
  private @Nullable Route route;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = {
        "File of prompts, one a line; an empty line is an empty prompt. A name that ends"
            + " in .jsonl means an object {\"prompt\": \"…\"} a line.",
        "- reads standard input; it and other pipes have the form of --format. All may be"
            + " compressed with gzip."
      })
  private @Nullable String input;

  @Option(
      names = "--format",
      paramLabel = "text|jsonl",
      defaultValue = "text",
      description = "Form of the answers.")
  private Form format;

  @Option(
      names = "--chat",
      description = {
        "Write each prompt as a user's message by the model's chat template. A line of a"
            + " .jsonl file may be {\"messages\": [{\"role\": \"user\", \"content\": \"…\"}]}"
            + " instead."
      })
  private boolean chat;

  @Option(names = "--source", description = "Put each prompt into the bundle's prompt template.")
  private boolean source;

  @Parameters(
      paramLabel = "PROMPT",
      arity = "0..*",
      description =
          "Prompts, where there is no --input. Without both, prompts are read from standard input"
              + " if it is no terminal.")
  private List<String> prompts = List.of();

  @Mixin private PairOptions pair;

  @Mixin private ModelOptions options;

  @Mixin private SearchOptions search;

  GenerateCommand(StandardInput standardInput) {
    this.standardInput = standardInput;
  }

  @Override
  public Integer call() throws IOException {
    checkCombination();
    GenerationOptions chosen = checkedSearch();
    if (!prompts.isEmpty()) {
      generate(commandLinePrompts(), chosen);
    } else if (input == null) {
      generate(pipedPrompts(), chosen);
    } else if (input.equals(STANDARD_INPUT)) {
      generate(reader("standard input", standardInput.stream(), format), chosen);
    } else {
      generateFile(CommandPath.parse(input), chosen);
    }
    return 0;
  }

  private void checkCombination() {
    pair.check(!model.isBundle());
    if (route != null) {
      model.requireRoute(command, "--route", route, pair.given());
    }
    if (input != null && !prompts.isEmpty()) {
      throw usage("give either PROMPT arguments or --input, not both");
    }
    if (source && chat) {
      throw usage("give either --source or --chat, not both");
    }
    prompts.forEach(this::checkReadable);
    boolean readsInput = prompts.isEmpty() && (input == null || input.equals(STANDARD_INPUT));
    if (readsInput && StandardInput.isClosed()) {
      throw usage(
          "standard input is closed; send prompts there, or give PROMPT arguments or --input FILE");
    }
    if (input == null && prompts.isEmpty() && standardInput.terminal().getAsBoolean()) {
      throw usage(
          "no prompt: give PROMPT arguments, --input FILE, or --input - for standard input");
    }
  }

  private GenerationOptions checkedSearch() {
    GenerationOptions chosen = search.options(options);
    if (chosen.logprobs() && format != Form.JSONL) {
      throw usage("--logprobs needs --format jsonl; text has no place for them");
    }
    if (effectiveRoute() == Route.EXACT) {
      requireOneSequence("--num-beams", chosen.numBeams());
      requireOneSequence("--num-return-sequences", chosen.numReturnSequences());
      if (chosen.promptLookup().filter(PromptLookup::drafts).isPresent()) {
        throw usage(
            "--prompt-lookup-num-tokens must be 0 with --route exact, on which the SLM drafts, but"
                + " was "
                + chosen.promptLookup().get().promptLookupNumTokens());
      }
    }
    return chosen;
  }

  private void requireOneSequence(String option, int value) {
    if (value > 1) {
      throw usage(
          option + " must be 1 with --route exact, which decodes one sequence, but was " + value);
    }
  }

  // Java reads arguments in the locale's encoding and replaces characters that it does not have.
  private void checkReadable(String prompt) {
    String encoding = System.getProperty("sun.jnu.encoding");
    if (prompt.indexOf(REPLACEMENT) >= 0 && !"UTF-8".equalsIgnoreCase(encoding)) {
      throw usage(
          "PROMPT has characters that the locale's encoding "
              + encoding
              + " does not pass on; use --input, which reads UTF-8, or set a UTF-8 locale");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private Iterator<Prompt> commandLinePrompts() {
    List<Prompt> all = new ArrayList<>();
    for (String prompt : prompts) {
      Prompt next = new Prompt("PROMPT " + (all.size() + 1), prompt);
      all.add(chat ? next.asMessage() : next);
    }
    return all.iterator();
  }

  /** The prompts that another command or a file sends, of which there must be one. */
  private Iterator<Prompt> pipedPrompts() throws IOException {
    Iterator<Prompt> piped = reader("standard input", standardInput.stream(), format);
    if (!piped.hasNext()) {
      throw usage(
          "no prompt: standard input is empty; send prompts there, or give PROMPT arguments or"
              + " --input FILE");
    }
    return piped;
  }

  private void generateFile(Path file, GenerationOptions chosen) {
    if (Files.isDirectory(file)) {
      throw new CommandFailure("--input " + file + ": is a directory; name a file");
    }
    try (InputStream stream = Files.newInputStream(file)) {
      generate(reader(file.toString(), stream, formOf(file)), chosen);
    } catch (NoSuchFileException e) {
      throw new CommandFailure("--input " + file + ": there is no such file", e);
    } catch (IOException e) {
      throw new CommandFailure("--input " + file + ": " + IoReasons.reason(e), e);
    }
  }

  private Form formOf(Path file) {
    if (!Files.isRegularFile(file)) {
      return format; // The name of a pipe says nothing.
    }
    return PairFile.isJson(file) ? Form.JSONL : Form.TEXT;
  }

  private PromptReader reader(String name, InputStream stream, Form form) throws IOException {
    return new PromptReader(name, TextFile.decompressed(stream), form, chat);
  }

  private void generate(Iterator<Prompt> read, GenerationOptions chosen) {
    AnswerWriter writer = new AnswerWriter(command.commandLine().getOut(), format);
    ChosenModel opened = model.open(pair);
    Iterator<Prompt> asked = source ? inTemplate(read, template(opened)) : warned(read, opened);
    Set<Route> routes = Set.of(effectiveRoute());
    try (LoadedModel loaded = LoadedModel.load(opened.open(routes), routes, options)) {
      HybridLanguageModel languageModel = loaded.model();
      new OrderedGeneration(
              languageModel,
              request -> options.bounded(request).withRoute(effectiveRoute()).withOptions(chosen),
              options.window())
          .run(asked, writer::write);
    }
  }

  private PromptTemplate template(ChosenModel opened) {
    return opened
        .bundle()
        .flatMap(Bundle::promptTemplate)
        .orElseThrow(
            () ->
                usage(
                    "--source needs a bundle with a promptTemplate in its l2s.json, here is none"));
  }

  private Iterator<Prompt> warned(Iterator<Prompt> read, ChosenModel opened) {
    PrintWriter err = command.commandLine().getErr();
    return opened
        .bundle()
        .flatMap(Bundle::promptTemplate)
        .<Iterator<Prompt>>map(template -> new TemplateWarning(read, template, err))
        .orElse(read);
  }

  private static Iterator<Prompt> inTemplate(Iterator<Prompt> sources, PromptTemplate template) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return sources.hasNext();
      }

      @Override
      public Prompt next() {
        Prompt next = sources.next();
        return new Prompt(next.origin(), template.prompt(next.text()), next.messages());
      }
    };
  }

  private Route effectiveRoute() {
    if (route != null) {
      return route;
    }
    return model.isBundle() || pair.given() ? Route.HYBRID : Route.LLM_ONLY;
  }
}
