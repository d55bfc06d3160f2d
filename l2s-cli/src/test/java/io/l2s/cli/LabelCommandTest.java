package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelCommandTest {

  @TempDir private Path directory;
  private Path data;
  private Path output;
  private Path unfinished;

  @BeforeEach
  void writeData() throws IOException {
    data =
        Files.writeString(
            directory.resolve("corpus.tsv"),
            "I met him the other day.\tIch habe ihn neulich getroffen.\n"
                + "Hello.\n"
                + "I met him the other day.\tIch traf ihn neulich.\n"
                + "We like tea.\tWir mögen Tee.\n"
                + "Where is the station?\tWo ist der Bahnhof?\n");
    output = directory.resolve("labels.tsv");
    unfinished = directory.resolve("labels.tsv.unfinished");
  }

  @Test
  void everyDistinctSourceGetsTheAnswerOfTheLargeModel() throws IOException {
    CliRun run = label();

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("4 sources answered", "4 rows written to " + output);
    CliRun generated =
        CliRun.of(
            "generate",
            "--llm",
            FixtureBundle.llm().toString(),
            "--precision",
            "f32",
            "--max-new-tokens",
            "12",
            "translate English to German: Hello.");
    List<String> rows = Files.readAllLines(output);
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0)).startsWith("I met him the other day.\t");
    assertThat(rows.get(1)).isEqualTo("Hello.\t" + generated.out().strip());
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void theRowsCanBeTrainedOn() {
    assertThat(label().exitCode()).isZero();

    CliRun trained =
        CliRun.of(
            "train",
            "--llm",
            FixtureBundle.llm().toString(),
            "--slm",
            FixtureBundle.hybrid().resolve("slm").toString(),
            "--data",
            output.toString(),
            "--dev",
            output.toString(),
            "--steps",
            "1",
            "--output",
            directory.resolve("pair").toString());

    assertThat(trained.err()).contains("4 pairs, 4 to validate");
  }

  @Test
  void aLabelingThatStoppedAtAnyByteGoesOnToTheSameFile() throws IOException {
    label();
    byte[] whole = Files.readAllBytes(output);
    byte[] all = unfinishedOfAll();
    for (int length = 0; length <= all.length; length += 97) {
      Files.write(unfinished, Arrays.copyOf(all, length));
      CliRun run = label("--resume");
      assertThat(run.err()).as("cut at byte %d", length).isEmpty();
      assertThat(output).as("cut at byte %d", length).hasBinaryContent(whole);
      Files.delete(output);
    }
  }

  // What stands in the unfinished file just before the end; leaves that file and no output.
  private byte[] unfinishedOfAll() throws IOException {
    Files.deleteIfExists(output);
    Path blocked = Files.createDirectory(directory.resolve("labels.tsv.tmp"));
    assertThat(label().err()).contains("cannot write " + output);
    assertThat(blocked).doesNotExist();
    return Files.readAllBytes(unfinished);
  }

  @Test
  void otherSettingsAreNamedWhenItResumes() throws IOException {
    unfinishedOfAll();

    CliRun run = label("--resume", "--num-beams", "2");

    assertThat(run.err()).contains("begun with other settings: options was", "numBeams");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void otherDataAreNamedByTheirLineWhenItResumes() throws IOException {
    unfinishedOfAll();
    Files.writeString(data, Files.readString(data).replace("Hello.", "Good night."));

    assertThat(label("--resume").err())
        .contains("unfinished, line 3: answers another source than line 2 of the data");
  }

  @Test
  void anotherModelIsNamedByItsFileWhenItResumes() throws IOException {
    unfinishedOfAll();
    String other =
        Files.readString(unfinished).replaceFirst("(llm/model.safetensors\":\")....", "$1beef");
    Files.writeString(unfinished, other);

    assertThat(label("--resume").err())
        .contains("other settings: llm/model.safetensors was \"beef")
        .hasLineCount(1);
  }

  @Test
  void nothingThatIsThereIsOverwritten() throws IOException {
    Files.writeString(output, "precious");
    assertThat(label().err()).contains(output + " is there already");
    Files.delete(output);
    Files.writeString(unfinished, "precious");
    assertThat(label().err()).contains("add --resume to continue");
    assertThat(unfinished).hasContent("precious");
  }

  @Test
  void anOutputThatIsThereIsToldBeforeTheModelIsLoaded() throws IOException {
    Files.writeString(output, "precious");

    CliRun run =
        CliRun.of(
            "label",
            "--llm",
            "missing-model",
            "--data",
            data.toString(),
            "--output",
            output.toString());

    assertThat(run.err()).contains(output + " is there already").hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void aBundleAnswersByItsLargeModelAndItsTemplate() throws IOException {
    assertThat(label().exitCode()).isZero();
    List<String> expected = Files.readAllLines(output);
    Path bundle = FixtureBundle.write(directory);
    Path other = directory.resolve("bundle.tsv");

    CliRun run =
        CliRun.of(
            "label",
            "--bundle",
            bundle.toString(),
            "--data",
            data.toString(),
            "--output",
            other.toString(),
            "--precision",
            "f32",
            "--max-new-tokens",
            "12");

    assertThat(run.exitCode()).isZero();
    assertThat(Files.readAllLines(other)).isEqualTo(expected);
  }

  @Test
  void anOverLongSourceIsNamedByItsLineBeforeAnythingIsAnswered() throws IOException {
    String longest = "word ".repeat(20_000);
    Files.writeString(data, "Hello.\nHello.\n" + longest + "\nTea.\nx" + longest + "\n");

    CliRun run = label();

    assertThat(run.err())
        .contains("corpus.tsv, line 3: the prompt must have at most 32768 characters, but has")
        .contains("--leave-out-long")
        .hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(unfinished).doesNotExist();
    assertThat(label("--leave-out-long").out())
        .contains("2 sources answered", "2 rows written", "2 sources left out: their prompts");
  }

  @Test
  void beamsThatShareTheRoomOfABatchMakeTheLimitSmaller() throws IOException {
    Files.writeString(data, "Hello.\n" + "word ".repeat(2_500) + "\n");

    CliRun run = label("--num-beams", "16");

    assertThat(run.err())
        .contains("line 2: the prompt must have at most 2036 tokens, but has")
        .contains("fewer --num-beams or a larger --batch-size allow longer ones");
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void aCorpusOfNothingButOverLongSourcesIsRefused() throws IOException {
    Files.writeString(data, "word ".repeat(5_000) + "\n");

    assertThat(label("--leave-out-long").err()).contains("no source is left").hasLineCount(1);
  }

  @Test
  void anUnfinishedFileWithoutAnswersDoesNotBlockTheNextCommand() throws IOException {
    unfinishedOfAll();
    Files.writeString(unfinished, Files.readAllLines(unfinished).get(0) + "\n");

    CliRun run = label("--num-beams", "2");

    assertThat(run.err()).isEmpty();
    assertThat(output).exists();
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void answersThatTheTokenLimitCutAreCounted() {
    assertThat(label("--max-new-tokens", "2").out())
        .contains("4 of the rows end at --max-new-tokens 2");
  }

  @Test
  void theBarShowsRateAndTimeLeft() {
    PrintStream before = System.err;
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
    try {
      assertThat(label("--progress").exitCode()).isZero();
    } finally {
      System.setErr(before);
    }

    assertThat(shown.toString(StandardCharsets.UTF_8))
        .containsPattern("label +100% .* 4/4 sources \\(\\d:.* / 0:00:00\\) +[\\d.]+ sources/s");
  }

  @Test
  void resumeWithoutAnythingToResumeSaysSo() {
    assertThat(label("--resume").err()).contains("there is nothing to resume");
  }

  @Test
  void namesThatEndInJsonlAndGzGiveThatForm() throws IOException {
    output = directory.resolve("labels.jsonl.gz");
    assertThat(label("--limit", "1").exitCode()).isZero();
    String text =
        new String(
            new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(output)))
                .readAllBytes(),
            StandardCharsets.UTF_8);
    assertThat(text)
        .hasLineCount(1)
        .startsWith("{\"source\":\"I met him the other day.\",\"target\":\"");
  }

  @Test
  void aBlankSourceIsNamedByItsLine() throws IOException {
    Files.writeString(data, "Hello.\n\tHallo.\n");
    assertThat(label().err()).contains("corpus.tsv, line 2: the source must have text");
    assertThat(unfinished).doesNotExist();
  }

  private CliRun label(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "label",
                "--llm",
                FixtureBundle.llm().toString(),
                "--data",
                data.toString(),
                "--output",
                output.toString(),
                "--template",
                "translate English to German: {source}",
                "--precision",
                "f32"));
    if (!List.of(more).contains("--max-new-tokens")) {
      arguments.addAll(List.of("--max-new-tokens", "12"));
    }
    arguments.addAll(List.of(more));
    return CliRun.of(arguments.toArray(String[]::new));
  }
}
