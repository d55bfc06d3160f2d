package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.cli.Mutation.Form;
import io.l2s.training.TrainingRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No content of a file ends a command otherwise than with exit code 0, or with a short message that
 * names the file. More mutations: {@code -Dl2s.mutations=10000 -Dl2s.seed=7}.
 */
class MutatedFilesTest {

  private static final int MUTATIONS = Integer.getInteger("l2s.mutations", 300);
  private static final long SEED = Long.getLong("l2s.seed", 1);
  private static final int LONGEST_MESSAGE = 150_000;
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final List<String> NEVER =
      List.of("unexpected failure", "\tat ", "out of memory", "java.", ": null");

  @TempDir private Path directory;
  private final List<Target> targets = new ArrayList<>();

  /** A file that {@code args} read, of which a mutation takes the place for a moment. */
  private record Target(Path file, Form form, byte[] original, List<String> args) {

    /** Whether a message names the file, or the model whose parts no longer fit. */
    boolean isNamedIn(String message) {
      return message.contains(file.getFileName().toString())
          || message.contains(file.getParent().toString());
    }
  }

  @BeforeEach
  void makeFiles() throws IOException {
    addBundle();
    for (String family : List.of("llama", "gpt2", "bart", "t5-gated-bf16-sharded")) {
      Path checkpoint = copy(FixtureBundle.fixture(family), directory.resolve(family));
      addCheckpoint(checkpoint, List.of("inspect", checkpoint.toString()));
    }
    addData();
    addTrainingState();
  }

  /** The state of a training that has made all its steps, so that resuming it takes moments. */
  private void addTrainingState() throws IOException {
    Path pairs = Files.writeString(directory.resolve("train.tsv"), "Hello.\tHallo.\nTea?\tTee?\n");
    Path output = directory.resolve("trained");
    List<String> train =
        List.of(
            "train",
            "--slm",
            copy(FixtureBundle.hybrid().resolve("slm"), directory.resolve("start")).toString(),
            "--llm",
            FixtureBundle.llm().toString(),
            "--template",
            "to German: {source}",
            "--data",
            pairs.toString(),
            "--dev",
            pairs.toString(),
            "--batch-size",
            "2",
            "--steps",
            "1",
            "--validate-every",
            "1",
            "--output",
            output.toString());
    CliRun run = CliRun.of(train.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> resume = new ArrayList<>(train);
    resume.add("--resume");
    add(TrainingRun.stateFile(output), Form.SAFETENSORS, resume);
  }

  private void addBundle() throws IOException {
    Path bundle = Files.createDirectory(directory.resolve("bundle"));
    copy(FixtureBundle.llm(), bundle.resolve("llm"));
    copy(FixtureBundle.hybrid().resolve("slm"), bundle.resolve("slm"));
    Path projector = bundle.resolve("projector.safetensors");
    Files.copy(FixtureBundle.hybrid().resolve("projector.safetensors"), projector);
    Path manifest =
        Files.writeString(
            bundle.resolve("l2s.json"),
            """
            {"format": 1, "requires": [], "llm": "llm", "featureLayer": 1, "slm": "slm",
             "projector": "projector.safetensors", "fusion": "add", "promptTokenizer": "slm",
             "promptTemplate": "to German: {source}", "slmAlone": "slm",
             "sha256":
              {"card": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
             "training": {"steps": 7}, "scores": {}}
            """);
    Files.writeString(bundle.resolve("card"), "abc");
    List<String> inspect = List.of("inspect", bundle.toString());
    add(manifest, Form.JSON, inspect);
    add(projector, Form.SAFETENSORS, inspect);
    addCheckpoint(bundle.resolve("llm"), inspect);
  }

  private void addCheckpoint(Path checkpoint, List<String> inspect) throws IOException {
    Files.writeString(
        checkpoint.resolve("tokenizer_config.json"),
        "{\"chat_template\": [{\"name\": \"default\", \"template\": \"{{ messages[0].content"
            + " }}\"}], \"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": \"</s>\"}");
    Files.writeString(
        checkpoint.resolve("generation_config.json"),
        "{\"eos_token_id\": [1, 2], \"pad_token_id\": 0, \"decoder_start_token_id\": 0,"
            + " \"forced_eos_token_id\": 1, \"do_sample\": true, \"temperature\": 0.5}");
    Files.writeString(
        checkpoint.resolve("l2s-int8.json"),
        "{\"format\": 1, \"largestLoss\": 0.02, \"sha256\": {\"config.json\": \"ab\"}}");
    add(checkpoint.resolve("l2s-int8.json"), Form.JSON, inspect);
    add(checkpoint.resolve("config.json"), Form.JSON, inspect);
    add(checkpoint.resolve("generation_config.json"), Form.JSON, inspect);
    add(checkpoint.resolve("tokenizer_config.json"), Form.JSON, inspect);
    add(checkpoint.resolve("tokenizer.json"), Form.JSON, inspect);
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".index.json")) {
          add(file, Form.JSON, inspect);
        } else if (name.startsWith("model") && name.endsWith(".safetensors")) {
          add(file, Form.SAFETENSORS, inspect);
        }
      }
    }
  }

  private void addData() throws IOException {
    Path text = Files.writeString(directory.resolve("answers.txt"), "Guten Tag.\n\nGute Nacht.\n");
    Path reference = Files.writeString(directory.resolve("references.txt"), "Hallo.\n\nNacht.\n");
    Path zipped = Files.write(directory.resolve("answers.gz"), gzip(Files.readAllBytes(text)));
    for (Path answers : List.of(text, zipped)) {
      add(
          answers,
          Form.BYTES,
          List.of(
              "score", "--hypotheses", answers.toString(), "--references", reference.toString()));
    }
    Path pairs =
        Files.writeString(
            directory.resolve("pairs.jsonl"),
            "{\"source\": \"Hello.\", \"target\": \"Hallo.\"}\n"
                + "{\"source\": \"Tea?\", \"target\": \"Tee?\"}\n");
    Path columns =
        Files.writeString(directory.resolve("pairs.tsv"), "Hello.\tHallo.\nTea?\tTee?\n");
    Path unfinished =
        Files.writeString(
            directory.resolve("labels.tsv.unfinished"),
            "{\"data\": \"x\"}\n{\"source\": \"Hello.\", \"target\": \"Hallo.\"}\n");
    // These commands stop at the file or before the model, whose directory is not there.
    for (Path data : List.of(pairs, columns)) {
      add(
          data,
          data.equals(pairs) ? Form.JSON_LINES : Form.BYTES,
          List.of(
              "label",
              "--llm",
              directory.resolve("gone").toString(),
              "--data",
              data.toString(),
              "--output",
              directory.resolve("other.tsv").toString()));
    }
    add(
        unfinished,
        Form.JSON_LINES,
        List.of(
            "label",
            "--llm",
            directory.resolve("gone").toString(),
            "--data",
            pairs.toString(),
            "--output",
            directory.resolve("labels.tsv").toString()));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    }
    return zipped.toByteArray();
  }

  private void add(Path file, Form form, List<String> args) throws IOException {
    targets.add(new Target(file, form, Files.readAllBytes(file), args));
  }

  @Test
  @Timeout(value = 4, unit = TimeUnit.HOURS)
  void anyContentGivesExitCodeZeroOrAMessageThatNamesTheFile() throws IOException {
    List<String> faults = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < MUTATIONS && faults.size() < 20; i++) {
      Target target = targets.get(i % targets.size());
      Files.write(
          target.file(),
          new Mutation(new Random(SEED * 1_000_003 + i)).of(target.original(), target.form()));
      long start = System.nanoTime();
      CliRun run = CliRun.of(target.args().toArray(String[]::new));
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      Files.write(target.file(), target.original());

      refused += run.exitCode() == 0 ? 0 : 1;
      int number = i;
      fault(target, run, time)
          .map(fault -> "mutation " + number + " of " + target.file() + " " + fault)
          .ifPresent(faults::add);
    }
    assertThat(faults).as("with seed %d", SEED).isEmpty();
    // Else the mutations would show nothing.
    assertThat(refused).isBetween(MUTATIONS / 5, MUTATIONS - MUTATIONS / 20);
  }

  private Optional<String> fault(Target target, CliRun run, Duration time) {
    String message = run.err() + (run.exitCode() == 0 ? "" : run.out());
    if (time.compareTo(LONGEST) > 0) {
      return Optional.of("took " + time);
    } else if (run.exitCode() < 0 || run.exitCode() > 2) {
      return Optional.of("ended with exit code " + run.exitCode());
    } else if (message.length() > LONGEST_MESSAGE) {
      return Optional.of("gave a message of " + message.length() + " characters");
    } else if (message.codePoints().anyMatch(MutatedFilesTest::isControl)) {
      return Optional.of("gave control characters: " + message);
    } else if (NEVER.stream().anyMatch(message::contains)) {
      return Optional.of("gave: " + message);
    } else if (run.exitCode() > 0 && !target.isNamedIn(message) && !isModelGone(message)) {
      return Optional.of("is not named in: " + message);
    }
    return Optional.empty();
  }

  private boolean isModelGone(String message) {
    return message.contains(directory.resolve("gone") + ": does not exist");
  }

  private static boolean isControl(int point) {
    return Character.isISOControl(point) && point != '\n';
  }

  private static Path copy(Path source, Path target) throws IOException {
    Files.createDirectory(target);
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }
}
