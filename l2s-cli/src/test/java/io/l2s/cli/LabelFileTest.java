package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelFileTest {

  private static final List<LabelFile.Source> SOURCES =
      List.of(
          new LabelFile.Source(1, "Hello."),
          new LabelFile.Source(2, "Tea? \"Yes\" ☕"),
          new LabelFile.Source(5, "Good night."));
  private static final List<String> ANSWERS = List.of("Hallo.", "Tee? „Ja“ ☕", "Gute Nacht.");

  @TempDir private Path directory;
  private Path output;
  private Path unfinished;

  @BeforeEach
  void namePaths() {
    output = directory.resolve("labels.tsv");
    unfinished = directory.resolve("labels.tsv.unfinished");
  }

  @Test
  void stoppedAtAnyByteItGoesOnToTheSameFile() throws IOException {
    byte[] whole = complete(false);
    Files.move(output, directory.resolve("whole"));
    for (int length = 0; length <= whole.length; length++) {
      Files.write(unfinished, Arrays.copyOf(whole, length));

      complete(true);

      assertThat(output)
          .as("cut at byte %d", length)
          .hasSameBinaryContentAs(directory.resolve("whole"));
      Files.delete(output);
    }
  }

  @Test
  void aSourceWithHalfASurrogatePairIsResumed() {
    List<LabelFile.Source> halves =
        List.of(new LabelFile.Source(1, "Half \uD83C."), new LabelFile.Source(2, "Whole."));
    try (LabelFile file = LabelFile.open(output, new JsonObject(), halves, false)) {
      file.add("Halb \uD83C.", false);
    }
    try (LabelFile file = LabelFile.open(output, new JsonObject(), halves, true)) {
      assertThat(file.done()).isEqualTo(1);
    }
  }

  @Test
  void aFailedWriteNamesTheFileWhichStaysResumable() throws IOException {
    try (LabelFile file = LabelFile.open(output, settings("a"), SOURCES, false)) {
      file.add(ANSWERS.get(0), false);
      // An interrupted thread cannot write to a channel.
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> file.add(ANSWERS.get(1), false))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage("cannot write " + unfinished);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }

    try (LabelFile file = LabelFile.open(output, settings("a"), SOURCES, true)) {
      assertThat(file.done()).isEqualTo(1);
    }
  }

  @Test
  void cutAnswersAreCountedAcrossAResumption() {
    try (LabelFile file = LabelFile.open(output, settings("a"), SOURCES, false)) {
      file.add("Hal", true);
      file.add("", true);
    }
    try (LabelFile file = LabelFile.open(output, settings("a"), SOURCES, true)) {
      file.add("Gute Nacht.", false);

      assertThat(file.finish()).isEqualTo(new LabelOutput.Summary(2, 1, 1));
    }
    assertThat(output).hasContent("Hello.\tHal\nGood night.\tGute Nacht.\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"damaged", "{\"source\":", "[]", "{}", "{\"source\":\"Hello.\"}"})
  void aDamagedRowIsNamedByItsLine(String row) throws IOException {
    try (LabelFile file = LabelFile.open(output, settings("a"), SOURCES, false)) {
      assertThat(file.done()).isZero();
    }
    Files.writeString(unfinished, Files.readString(unfinished) + row + "\n");

    assertThatThrownBy(() -> LabelFile.open(output, settings("a"), SOURCES, true))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(unfinished + ", line 2: is damaged; remove the file to start again");
  }

  /** A sparse file takes no disk; read as a whole it would fill the heap. */
  @Test
  void anUnfinishedFileWithoutEndIsRefusedAtItsLine() throws IOException {
    try (LabelFile file = LabelFile.open(output, settings("a"), SOURCES, false)) {
      file.add(ANSWERS.get(0), false);
    }
    long sound = Files.size(unfinished);
    try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {'\n'}), 3L << 30);
    }

    assertThatThrownBy(() -> LabelFile.open(output, settings("a"), SOURCES, true))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(unfinished + ", line 3: is damaged; remove the file to start again");

    try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      channel.truncate(sound);
    }
    try (LabelFile file = LabelFile.open(output, settings("a"), SOURCES, true)) {
      assertThat(file.done()).isEqualTo(1);
    }
  }

  @Test
  void aFileThatIsNoLabelingIsRefusedAndKept() throws IOException {
    Files.writeString(unfinished, "precious\n");

    assertThatThrownBy(() -> LabelFile.open(output, settings("a"), SOURCES, true))
        .hasMessageContaining("line 1: is damaged");
    assertThat(unfinished).hasContent("precious\n");
  }

  @Test
  void settingsThatDifferAreAllNamed() throws IOException {
    try (LabelFile file = LabelFile.open(output, settings("a"), SOURCES, false)) {
      file.add(ANSWERS.get(0), false);
    }
    JsonObject now = settings("b");
    now.addProperty("new", 1);

    assertThatThrownBy(() -> LabelFile.open(output, now, SOURCES, true))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("other settings: template was \"a\", but now it is \"b\"")
        .hasMessageContaining("new was not there, but now it is 1");
    assertThatThrownBy(() -> LabelFile.open(output, new JsonObject(), SOURCES, true))
        .hasMessageContaining("template was \"a\", but now it is not there");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"temp", "{\"template\":\"a\"}\n", "{\"template\":\"a\"}\n{\"sou"})
  void withoutAnAnswerAnUnfinishedFileCountsAsNone(String text) throws IOException {
    for (boolean resume : new boolean[] {false, true}) {
      Files.writeString(unfinished, text);

      try (LabelFile file = LabelFile.open(output, settings("b"), SOURCES, resume)) {
        assertThat(file.done()).isZero();
      }

      assertThat(unfinished).hasContent("{\"template\":\"b\"}\n");
    }
  }

  @Test
  void anUnfinishedFileWithAnAnswerMustBeResumed() {
    try (LabelFile file = LabelFile.open(output, settings("a"), SOURCES, false)) {
      file.add(ANSWERS.get(0), false);
    }

    assertThatThrownBy(() -> LabelFile.open(output, settings("a"), SOURCES, false))
        .hasMessageContaining("add --resume to continue");
  }

  @Test
  void sourcesThatDifferAreNamedByTheirLines() throws IOException {
    try (LabelFile file = LabelFile.open(output, settings("a"), SOURCES, false)) {
      ANSWERS.forEach(answer -> file.add(answer, false));
    }

    assertThatThrownBy(
            () ->
                LabelFile.open(
                    output,
                    settings("a"),
                    List.of(SOURCES.get(0), SOURCES.get(1), new LabelFile.Source(9, "Bye.")),
                    true))
        .hasMessage(
            unfinished
                + ", line 4: answers another source than line 9 of the data; give the same --data");
    assertThatThrownBy(() -> LabelFile.open(output, settings("a"), SOURCES.subList(0, 2), true))
        .hasMessageContaining("has more answers than the 2 sources");
  }

  @Test
  void aSecondLabelingIntoTheSameFileIsRefused() {
    try (LabelFile file = LabelFile.open(output, settings("a"), SOURCES, false)) {
      assertThatThrownBy(() -> LabelFile.open(output, settings("a"), SOURCES, true))
          .isInstanceOf(CommandFailure.class)
          .hasMessage(unfinished + " is being written by another labeling");
      file.add(ANSWERS.get(0), false);
      assertThat(file.done()).isEqualTo(1);
    }
  }

  @Test
  void aMissingDirectoryIsNamed() {
    Path elsewhere = directory.resolve("missing").resolve("labels.tsv");

    assertThatThrownBy(() -> new UnfinishedLabels(elsewhere).requireFree(false))
        .hasMessage(elsewhere + ": the directory " + elsewhere.getParent() + " does not exist");
  }

  // Returns what stood in the unfinished file before the end.
  private byte[] complete(boolean resume) throws IOException {
    try (LabelFile file = LabelFile.open(output, settings("a"), SOURCES, resume)) {
      for (int i = file.done(); i < SOURCES.size(); i++) {
        file.add(ANSWERS.get(i), i == 1);
      }
      byte[] all = Files.readAllBytes(unfinished);
      assertThat(file.finish()).isEqualTo(new LabelOutput.Summary(3, 0, 1));
      assertThat(unfinished).doesNotExist();
      return all;
    }
  }

  private static JsonObject settings(String template) {
    JsonObject settings = new JsonObject();
    settings.addProperty("template", template);
    return settings;
  }
}
