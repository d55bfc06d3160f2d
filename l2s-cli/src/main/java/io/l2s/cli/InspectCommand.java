package io.l2s.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.l2s.Bundle;
import io.l2s.Excerpt;
import io.l2s.Fusion;
import io.l2s.InsufficientMemoryException;
import io.l2s.L2sException;
import io.l2s.ModelLoadException;
import io.l2s.NativesLoadException;
import io.l2s.NativesMissingException;
import io.l2s.NativesVersionException;
import io.l2s.Precision;
import io.l2s.PromptTokenizer;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.MemoryCheck;
import io.l2s.assembly.ModelFamilies;
import io.l2s.assembly.ModelInspection;
import io.l2s.chat.ChatTemplate;
import io.l2s.chat.ChatTemplateFile;
import io.l2s.checkpoint.BundleManifest;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.conversion.Quantization;
import io.l2s.engine.AvailableMemory;
import io.l2s.engine.ComputeThreads;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.ThreadOptions;
import io.l2s.model.Int8Comparison;
import io.l2s.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code l2s inspect}: what is in a bundle or checkpoint, and what is wrong with it. */
@Command(
    name = "inspect",
    description = {
      "Show the contents of a bundle or a checkpoint: parts, sizes, parameters, number"
          + " formats, and every problem found.",
      "It reads settings, tables of contents, digests and weights. Where auto means int8, it"
          + " compares that with float32. The exit code is 1 if there is a problem.",
      "--record-int8 stores the result of that comparison beside the weights. The model then"
          + " loads without it, until its files change."
    },
    footer = {
      "%nExamples:",
      "  l2s inspect models/en-de",
      "  l2s inspect models/en-de/llm",
      "  l2s inspect --record-int8 models/en-de"
    })
final class InspectCommand implements Callable<Integer> {

  private static final int LONGEST = 2_000;

  @Spec private CommandSpec command;

  @Parameters(paramLabel = "DIR", description = "Bundle or checkpoint directory.")
  private Path directory;

  @Option(
      names = "--record-int8",
      description = "Store how much int8 changes each model, for faster loading.")
  private boolean recordsInt8;

  /** Other commands have these options, so people type them here, too. */
  @Option(
      names = {"--bundle", "--llm", "--checkpoint"},
      hidden = true)
  private void refuseOption(String value) {
    throw new ParameterException(
        command.commandLine(),
        "the directory stands by itself, without an option; use 'l2s inspect " + value + "'");
  }

  /** Print the rows of the output when all files have been read. */
  private final List<Runnable> rows = new ArrayList<>();

  private final List<String> problems = new ArrayList<>();
  private final KnownDigests digests = new KnownDigests();

  @Override
  public Integer call() {
    try {
      readAll();
    } finally {
      // The output has all that was read, even if the rest cannot be read.
      rows.forEach(Runnable::run);
      problems.forEach(problem -> print("PROBLEM", problem));
      command.commandLine().getOut().flush();
    }
    return problems.isEmpty() ? 0 : 1;
  }

  private void readAll() {
    if (recordsInt8) {
      checked(this::recordInt8);
    }
    if (Files.exists(directory.resolve(Bundle.FILE))) {
      checked(this::showBundle);
    } else if (Files.isDirectory(directory)
        && Files.notExists(directory.resolve(CheckpointFiles.CONFIG), LinkOption.NOFOLLOW_LINKS)) {
      problems.add(
          directory + ": has neither " + Bundle.FILE + " nor " + CheckpointFiles.CONFIG + below());
    } else {
      checked(() -> showCheckpoint("checkpoint", directory));
    }
    CpuFeatures processor = CpuFeatures.current();
    boolean oneDnn = processor.prefersOneDnn(Long.MAX_VALUE);
    row(
        "processor",
        processor.describe() + (oneDnn ? ", f32 by oneDNN from two million weights" : ""));
    row("threads", ComputeThreads.describe(ThreadOptions.AUTO));
  }

  private void recordInt8() {
    try (NativeRuntime runtime = startRuntime()) {
      Quantization quantization = new Quantization(runtime, ModelFamilies::of, digests);
      if (Files.exists(directory.resolve(Bundle.FILE))) {
        quantization.record(BundleReader.open(directory, digests)).forEach(this::showRecord);
      } else {
        showRecord(directory, quantization.record(directory));
      }
    }
  }

  private void showRecord(Path checkpoint, double loss) {
    row(
        "recorded",
        String.format(
            Locale.ROOT,
            "%s: int8 changes the products by at most %.1f %% on any processor%s",
            checkpoint,
            100 * loss,
            loss > Int8Comparison.BOUND ? ", too much; loading compares them again" : ""));
  }

  private static NativeRuntime startRuntime() {
    return NativeRuntime.start(Boolean.getBoolean("l2s.natives.download"));
  }

  private String below() {
    String bundles =
        entries(directory, entry -> Files.exists(entry.resolve(Bundle.FILE))).stream()
            .map(entry -> entry.getFileName().toString())
            .collect(Collectors.joining(", "));
    return bundles.isEmpty() ? "" : "; bundles below it: " + bundles;
  }

  private void checked(Runnable part) {
    try {
      part.run();
    } catch (ModelLoadException e) {
      e.problems().forEach(problem -> problems.add(e.location() + ": " + problem));
    } catch (L2sException e) {
      problems.add(e.getMessage());
    }
  }

  private void showBundle() {
    Bundle bundle = BundleReader.open(directory, digests);
    row("bundle", bundle.directory().toString());
    row("fusion", EnumNames.of(bundle.fusion()));
    bundle
        .featureLayer()
        .ifPresent(layer -> row("features", "after layer " + layer + " of the LLM's encoder"));
    row("prompt ids", promptIds(bundle));
    bundle.promptTemplate().ifPresent(template -> row("template", template.text()));
    row("digests", bundle.sha256().isEmpty() ? "none" : bundle.sha256().size() + " verified");
    checked(() -> showCheckpoint("llm", bundle.llm()));
    checked(() -> showCheckpoint("slm", bundle.slm()));
    checked(() -> showProjector(bundle.projector()));
    bundle.slmAlone().ifPresent(alone -> checked(() -> showCheckpoint("slm alone", alone)));
    if (problems.isEmpty()) {
      checked(() -> ModelInspection.checkFit(bundle, digests));
    }
    JsonObject manifest = BundleManifest.read(directory);
    Set<String> others = BundleManifest.unknownFields(manifest);
    for (Map.Entry<String, JsonElement> field : manifest.entrySet()) {
      if (BundleManifest.FACTS.contains(field.getKey()) || others.contains(field.getKey())) {
        row(field.getKey(), field.getValue().toString());
      }
    }
  }

  private static String promptIds(Bundle bundle) {
    if (bundle.promptTokenizer() == PromptTokenizer.SLM) {
      return "slm: one vocabulary, read with the SLM's own embeddings";
    }
    return bundle.fusion() == Fusion.ADD
        ? "llm: the LLM's, read with adapted embeddings"
        : "llm: the LLM's, not read by the SLM";
  }

  private void showCheckpoint(String part, Path location) {
    Checkpoint checkpoint = ModelInspection.check(location, digests);
    row(part, checkpoint.config().modelType() + ", " + contents(checkpoint.tensors().values()));
    Precision auto = ModelInspection.automatic(checkpoint);
    row("", "precision auto on this processor: " + EnumNames.of(auto));
    if (auto == Precision.INT8) {
      rows.add(() -> checked(() -> print("", int8(checkpoint))));
    }
    entries(location, Files::isRegularFile)
        .forEach(file -> row("", file.getFileName() + ", " + size(file)));
    int vocabulary = checkpoint.config().requiredInt("vocab_size", 1, Integer.MAX_VALUE);
    row("", "vocabulary of " + vocabulary + " ids, eos " + ModelFamilies.eosTokenIds(checkpoint));
    if (!checkpoint.settingsNotFollowed().isEmpty()) {
      row(
          "",
          "not followed: "
              + String.join(", ", checkpoint.settingsNotFollowed())
              + " of "
              + checkpoint.generationFile().getFileName()
              + "; the options of a request alone decide");
    }
    ChatTemplateFile.read(location).ifPresent(this::showChatTemplate);
    Tokenizer tokenizer = Tokenizer.load(checkpoint.tokenizerFile());
    row("", "tokenizer with ids up to " + tokenizer.maxTokenId());
    tokenizer.warnings().forEach(warning -> row("", "warning: the tokenizer " + warning));
    if (tokenizer.maxTokenId() >= vocabulary) {
      throw new ModelLoadException(
          checkpoint.tokenizerFile(),
          "has ids up to "
              + tokenizer.maxTokenId()
              + ", but the model's vocabulary has "
              + vocabulary
              + " entries");
    }
    ModelInspection.checkValues(checkpoint);
  }

  private String int8(Checkpoint checkpoint) {
    if (!problems.isEmpty()) {
      // The comparison takes seconds and the engine, and the files are wrong anyway.
      return "int8 is compared with float32 when the problems are solved";
    }
    try {
      // A model that does not fit would end the process without a word.
      new MemoryCheck(() -> 0, AvailableMemory.ofMachine())
          .addReader(checkpoint, new ComponentOptions(DeviceSpec.CPU, Precision.INT8))
          .require();
      try (NativeRuntime runtime = startRuntime()) {
        return ModelInspection.describeInt8(runtime, checkpoint);
      }
    } catch (InsufficientMemoryException
        | NativesLoadException
        | NativesMissingException
        | NativesVersionException e) {
      return "int8 could not be compared with float32: " + e.getMessage();
    }
  }

  private void showChatTemplate(ChatTemplate template) {
    row(
        "",
        template
            .problem()
            .map(problem -> "chat template that cannot be run: " + problem.problem())
            .orElse("chat template"));
  }

  private void showProjector(Path file) {
    row("projector", contents(SafetensorsFile.open(file).tensors().values()));
    row("", file.getFileName() + ", " + size(file));
    ModelInspection.checkProjector(file);
  }

  private static String contents(Collection<TensorEntry> tensors) {
    long parameters = tensors.stream().mapToLong(TensorEntry::elements).sum();
    Map<String, Long> formats =
        tensors.stream()
            .collect(
                Collectors.groupingBy(
                    entry -> entry.type().name(), TreeMap::new, Collectors.counting()));
    return String.format(
        Locale.ROOT, "%,d parameters in %d tensors %s", parameters, tensors.size(), formats);
  }

  private static List<Path> entries(Path directory, Predicate<Path> kind) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(kind).sorted().toList();
    } catch (IOException e) {
      throw new CommandFailure("cannot list " + directory + ": " + e.getMessage(), e);
    }
  }

  private static String size(Path file) {
    return String.format(Locale.ROOT, "%,d bytes", file.toFile().length());
  }

  private void row(String name, String value) {
    rows.add(() -> print(name, value));
  }

  private void print(String name, String value) {
    command.commandLine().getOut().printf("%-12s %s%n", name, Excerpt.of(value, LONGEST));
  }
}
