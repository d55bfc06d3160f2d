package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.evaluation.PairFile;
import io.l2s.evaluation.SentencePair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelOutputTest {

  private static final Label PLAIN = new Label("Hello.", "Hallo.", false);
  private static final List<Label> AWKWARD =
      List.of(
          new Label("Two lines.", "Zwei\nZeilen.", true),
          new Label("A return.", "Ein\rWagenrücklauf.", false),
          new Label("A tab.", "Ein\tTab.", false),
          new Label("A\ttab.", "Ein Tab.", false),
          new Label("Half a pair \uD83C.", "Ein halbes Paar.", false));

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"l.tsv", "l.tsv.gz", "l.jsonl", "l.jsonl.gz", "L.JSONL"})
  void everyFormIsReadBackByTraining(String name) {
    Path file = directory.resolve(name);

    new LabelOutput(file).write(List.of(PLAIN, new Label("Tea? ☕", "„Tee“?", false)));

    assertThat(PairFile.read(file))
        .containsExactly(
            new SentencePair("Hello.", "Hallo."), new SentencePair("Tea? ☕", "„Tee“?"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\t", "\uD83C"})
  void aRowThatColumnsCannotHoldIsLeftOutAndCounted(String separator) {
    Path file = directory.resolve("l.tsv");

    LabelOutput.Summary summary =
        new LabelOutput(file).write(List.of(new Label("Two.", "a" + separator + "b", true), PLAIN));

    assertThat(summary).isEqualTo(new LabelOutput.Summary(1, 1, 0));
    assertThat(file).hasContent("Hello.\tHallo.\n");
  }

  @Test
  void jsonLinesHoldEveryRow() {
    Path file = directory.resolve("l.jsonl");

    LabelOutput.Summary summary = new LabelOutput(file).write(AWKWARD);

    assertThat(summary).isEqualTo(new LabelOutput.Summary(5, 0, 1));
    assertThat(PairFile.read(file))
        .isEqualTo(
            AWKWARD.stream()
                .map(label -> new SentencePair(label.source(), label.target()))
                .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"l.tsv", "l.jsonl"})
  void anEmptyAnswerIsLeftOutAndCounted(String name) {
    LabelOutput output = new LabelOutput(directory.resolve(name));

    assertThat(output.write(List.of(new Label("Hm.", " ", false), PLAIN)))
        .isEqualTo(new LabelOutput.Summary(1, 1, 0));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskLeavesNoOutputAndNamesIt() throws IOException {
    Path file = directory.resolve("l.tsv");
    Files.createSymbolicLink(directory.resolve("l.tsv.tmp"), Path.of("/dev/full"));

    assertThatThrownBy(() -> new LabelOutput(file).write(List.of(PLAIN)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write " + file)
        .hasRootCauseMessage("No space left on device");
    assertThat(directory).isEmptyDirectory();
  }
}
