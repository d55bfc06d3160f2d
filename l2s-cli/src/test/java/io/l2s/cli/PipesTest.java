package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Pipes bring data in any form to every command, and are refused in place of a model's file. */
@Timeout(120)
class PipesTest {

  @TempDir private Path directory;

  @Test
  void scoreReadsGzipDataOfSeveralMembersFromAPipe() throws Exception {
    Path reference = Files.writeString(directory.resolve("ref"), "Guten Tag.\nGute Nacht.\n");
    byte[] members = concat(gzip("Guten Tag.\n"), gzip("Gute Nacht.\n"));
    for (byte[] bytes : new byte[][] {members, Files.readAllBytes(reference)}) {
      Path pipe = pipe("answers");
      CompletableFuture<Void> writer = write(pipe, bytes);

      CliRun run =
          CliRun.of("score", "--hypotheses", pipe.toString(), "--references", reference.toString());

      assertThat(run.err()).isEmpty();
      assertThat(run.out()).containsPattern("segments +2\n").containsPattern("chrF2 +100.00");
      writer.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void generateReadsPromptsFromAPipeAndFromStandardInputPackedOrNot() throws Exception {
    FixtureBundle.Case first = FixtureBundle.cases(FixtureBundle.llm()).get(0);
    byte[] plain = (first.text() + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] packed = gzip(first.text() + "\n");
    for (byte[] bytes : new byte[][] {plain, packed}) {
      Path pipe = pipe("prompts");
      CompletableFuture<Void> writer = write(pipe, bytes);
      assertThat(generate(new byte[0], pipe.toString()).out()).isEqualTo(first.answer() + "\n");
      writer.get(60, TimeUnit.SECONDS);
      assertThat(generate(bytes, "-").out()).isEqualTo(first.answer() + "\n");
    }
    Path file = Files.write(directory.resolve("prompts.txt.gz"), packed);
    assertThat(generate(new byte[0], file.toString()).out()).isEqualTo(first.answer() + "\n");
  }

  private static CliRun generate(byte[] standardInput, String input) {
    return CliRun.withInput(
        standardInput,
        "generate",
        "--llm",
        FixtureBundle.llm().toString(),
        "--max-new-tokens",
        FixtureBundle.MAX_NEW_TOKENS,
        "--input",
        input);
  }

  @Test
  void pairsFromAPipeMayBeJsonLines() throws Exception {
    Path pipe = pipe("pairs");
    CompletableFuture<Void> writer =
        write(pipe, "{\"source\": \"Tea?\", \"target\": \"Tee?\"}\n".getBytes());

    CliRun run =
        CliRun.of(
            "label",
            "--llm",
            FixtureBundle.llm().toString(),
            "--data",
            pipe.toString(),
            "--max-new-tokens",
            "1",
            "--output",
            directory.resolve("labels.jsonl").toString());

    assertThat(run.err()).isEmpty();
    assertThat(Files.readString(directory.resolve("labels.jsonl")))
        .startsWith("{\"source\":\"Tea?\",");
    writer.get(60, TimeUnit.SECONDS);
  }

  @Test
  void trainingReadsThePairsOfAPipeMoreThanOnce() throws Exception {
    Path pipe = pipe("pairs");
    byte[] pairs = "Tea?\tTee?\nHello.\tHallo.\n".getBytes(StandardCharsets.UTF_8);
    CompletableFuture<Void> writer = write(pipe, gzip("Tea?\tTee?\nHello.\tHallo.\n"));

    CliRun run =
        CliRun.of(
            "train",
            "--slm",
            FixtureBundle.hybrid().resolve("slm").toString(),
            "--data",
            pipe.toString(),
            "--dev",
            Files.write(directory.resolve("dev.tsv"), pairs).toString(),
            "--steps",
            "1",
            "--batch-size",
            "1",
            "--output",
            directory.resolve("trained").toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(directory.resolve("trained/model.safetensors")).exists();
    writer.get(60, TimeUnit.SECONDS);
  }

  @Test
  void aPipeOfTheMostBytesIsCopiedAndALongerOneIsRefused() throws Exception {
    Path pipe = pipe("pairs");
    CompletableFuture<Void> writer = write(pipe, "four".getBytes(StandardCharsets.UTF_8));
    assertThat(RereadableFile.of(pipe, 4)).hasContent("four");
    writer.get(60, TimeUnit.SECONDS);

    assertThatThrownBy(() -> RereadableFile.of(Path.of("/dev/zero"), 4))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("/dev/zero must bring at most 4 bytes, but brings more; split it");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aClosedStandardInputIsNamed() throws Exception {
    Map<String, String> refusals =
        Map.of(
            "generate --llm x", "standard input is closed; send prompts there, or give PROMPT",
            "generate --llm x --input -", "standard input is closed; send prompts there",
            "score --references x --hypotheses /dev/stdin",
                "/dev/stdin is closed; send data there");
    for (Map.Entry<String, String> refusal : refusals.entrySet()) {
      Process process =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "exec \"$0\" -cp \"$1\" "
                      + L2sCli.class.getName()
                      + " "
                      + refusal.getKey()
                      + " <&-",
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  System.getProperty("java.class.path"))
              .redirectErrorStream(true)
              .start();
      assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains(refusal.getValue())
          .hasLineCount(1);
      assertThat(process.waitFor()).isEqualTo(2);
    }
  }

  @Test
  void packedDataThatEndEarlyAreNamed() throws IOException {
    byte[] whole = gzip("Guten Tag.\n");
    // In the header, in the data, in the trailer.
    for (int length : new int[] {5, 15, whole.length - 3}) {
      Path file = Files.write(directory.resolve("cut.gz"), Arrays.copyOf(whole, length));
      CliRun run =
          CliRun.of("score", "--hypotheses", file.toString(), "--references", file.toString());
      assertThat(run.err()).contains(file.toString(), "the gzip data are cut short");
      assertThat(run.err()).doesNotContain("null");
      assertThat(run.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void aPipeOrDeviceInPlaceOfAModelFileIsRefusedAtOnce() throws Exception {
    for (String name : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
      Path checkpoint = Files.createTempDirectory(directory, "model");
      for (String file : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
        Files.copy(FixtureBundle.llm().resolve(file), checkpoint.resolve(file));
      }
      Path file = checkpoint.resolve(name);
      Files.delete(file);
      makePipe(file);
      CliRun pipe = CliRun.of("inspect", checkpoint.toString());
      assertThat(pipe.out()).contains(file + ": must be a file, but is a pipe");
      assertThat(pipe.exitCode()).isEqualTo(1);

      Files.delete(file);
      Files.createSymbolicLink(file, Path.of("/dev/null"));
      CliRun device = CliRun.of("inspect", checkpoint.toString());
      assertThat(device.out()).contains(file + ": must be a file, but is a device");

      Files.delete(file);
      Files.createSymbolicLink(file, file);
      CliRun loop = CliRun.of("inspect", checkpoint.toString());
      assertThat(loop.out()).contains(file.toString(), "symbolic links lead in a circle");
    }
  }

  /** Opening a pipe would wait for its other end, so these commands would never end. */
  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeWhereACommandKeepsOrWritesSomethingIsRefused() throws Exception {
    String model = FixtureBundle.llm().toString();
    Path data = Files.writeString(directory.resolve("data.tsv"), "Hello.\tHallo.\n");

    Path answers = pipe("answers");
    CliRun evaluate =
        CliRun.of(
            "evaluate", "--llm", model, "--data", data.toString(), "--answers", answers.toString());
    assertThat(evaluate.err()).contains(answers + ": is no directory; name another");
    assertThat(evaluate.exitCode()).isEqualTo(1);

    Path output = pipe("quantized");
    CliRun quantize = CliRun.of("quantize", "--checkpoint", model, "--output", output.toString());
    assertThat(quantize.err()).contains(output + ": is not a directory, but a pipe");
    assertThat(quantize.exitCode()).isEqualTo(1);

    Path unfinished = pipe("labels.tsv.unfinished");
    Path labels = unfinished.resolveSibling("labels.tsv");
    for (String resume : List.of("--resume", "--progress")) {
      CliRun label =
          CliRun.of(
              "label",
              "--llm",
              model,
              "--data",
              data.toString(),
              "--output",
              labels.toString(),
              resume);
      assertThat(label.err()).contains(unfinished + ": must be a file, but is a pipe");
      assertThat(label.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void aPathThatTheLocaleCannotPassOnIsToldWithTheRemedy() {
    for (String[] args :
        new String[][] {
          {"generate", "--llm", FixtureBundle.llm().toString(), "--input", "donn\uFFFDes\0"},
          {"score", "--hypotheses", "donn\uFFFDes\0", "--references", "x"},
          {
            "train",
            "--slm",
            "x",
            "--dev",
            "x",
            "--output",
            "x",
            "--steps",
            "1",
            "--data",
            "donn\uFFFDes\0"
          }
        }) {
      CliRun run = CliRun.of(args);
      assertThat(run.err()).contains("locale's encoding", "LC_ALL=C.UTF-8");
      assertThat(run.exitCode()).isEqualTo(2);
    }
  }

  private Path pipe(String name) throws Exception {
    Path pipe = Files.createTempDirectory(directory, "pipe").resolve(name);
    makePipe(pipe);
    return pipe;
  }

  private static void makePipe(Path path) throws Exception {
    assumeThat(System.getProperty("os.name")).doesNotStartWith("Windows");
    Process process = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private static CompletableFuture<Void> write(Path pipe, byte[] bytes) {
    return CompletableFuture.runAsync(
        () -> {
          try (OutputStream out = Files.newOutputStream(pipe)) {
            // Byte by byte, as slow writers do.
            for (byte each : bytes) {
              out.write(each);
            }
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return zipped.toByteArray();
  }

  private static byte[] concat(byte[] one, byte[] two) {
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }
}
