package io.l2s.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.DataFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairFileTest {

  private static final String TWO_ROWS = "Yes.\tJa.\nWhere is it?\tWo ist es? 🍎\n";
  private static final List<SentencePair> TWO_PAIRS =
      List.of(new SentencePair("Yes.", "Ja."), new SentencePair("Where is it?", "Wo ist es? 🍎"));

  @TempDir Path directory;

  @Test
  void readsPlainText() throws IOException {
    assertThat(PairFile.read(write("p.tsv", TWO_ROWS))).isEqualTo(TWO_PAIRS);
  }

  @Test
  void readsGzipByNameOrContent() throws IOException {
    assertThat(PairFile.read(write("p.tsv.gz", gzip(TWO_ROWS)))).isEqualTo(TWO_PAIRS);
    assertThat(PairFile.read(write("p.tsv", gzip(TWO_ROWS)))).isEqualTo(TWO_PAIRS);
  }

  @Test
  void readsTheLastRowWithoutALineFeed() throws IOException {
    assertThat(PairFile.read(write("p.tsv", TWO_ROWS.stripTrailing()))).isEqualTo(TWO_PAIRS);
  }

  @Test
  void readsWindowsLineEnds() throws IOException {
    assertThat(PairFile.read(write("p.tsv", TWO_ROWS.replace("\n", "\r\n")))).isEqualTo(TWO_PAIRS);
  }

  @Test
  void skipsAByteOrderMarkAtTheStartOnly() throws IOException {
    assertThat(PairFile.read(write("p.tsv", "\uFEFF" + TWO_ROWS))).isEqualTo(TWO_PAIRS);
    assertThat(PairFile.read(write("q.tsv", TWO_ROWS + "\uFEFFa\tb\n")).get(2).source())
        .isEqualTo("\uFEFFa");
  }

  @Test
  void sourcesNeedNoTargets() throws IOException {
    assertThat(PairFile.sources(write("p.tsv", "Yes.\n" + TWO_ROWS), PairFormat.STANDARD))
        .containsExactly("Yes.", "Yes.", "Where is it?");
    assertThat(
            PairFile.sources(
                write("p.jsonl", "{\"a\":\"Yes.\",\"b\":\"No.\"}\n"),
                new PairFormat(List.of("a", "b"), "target")))
        .containsExactly("Yes. No.");
  }

  @Test
  void aBlankSourceOrNoneIsRefusedByItsLine() throws IOException {
    Path blank = write("p.tsv", "Yes.\n\tJa.\n");
    assertThatThrownBy(() -> PairFile.sources(blank, PairFormat.STANDARD))
        .isInstanceOf(DataFileException.class)
        .hasMessage(blank + ", line 2: the source must have text, but is blank");
    Path empty = write("q.tsv", "");
    assertThatThrownBy(() -> PairFile.sources(empty, PairFormat.STANDARD))
        .hasMessage(empty + ": is empty; it must have at least one source");
  }

  @Test
  void ignoresFurtherColumns() throws IOException {
    assertThat(PairFile.read(write("p.tsv", TWO_ROWS.replace("\n", "\tCC-BY 2.0\n"))))
        .isEqualTo(TWO_PAIRS);
  }

  @Test
  void namesTheRowWithoutATab() throws IOException {
    Path file = write("p.tsv", TWO_ROWS + "no tab here\n");
    assertFails(() -> PairFile.read(file), file, 3, "has no tab");
  }

  @Test
  void namesAnEmptyRow() throws IOException {
    Path file = write("p.tsv", "a\tb\n\nc\td\n");
    assertFails(() -> PairFile.read(file), file, 2, "has no tab");
  }

  @Test
  void namesTheRowWithABlankSide() throws IOException {
    Path source = write("s.tsv", "a\tb\n \tc\n");
    Path target = write("t.tsv", "a\t\n");
    assertFails(() -> PairFile.read(source), source, 2, "source must have text");
    assertFails(() -> PairFile.read(target), target, 1, "target must have text");
  }

  @Test
  void namesTheRowThatIsNotUtf8() throws IOException {
    byte[] latin = "Yes.\tJa.\nMan\tM\u00e4nner\n".getBytes(StandardCharsets.ISO_8859_1);
    Path file = write("p.tsv", latin);
    assertFails(() -> PairFile.read(file), file, 2, "UTF-8");
  }

  @Test
  void namesARowBeyondAllMeasure() throws IOException {
    Path file = write("p.tsv", "a\tb\na\t" + "b".repeat(1 << 20));
    assertFails(() -> PairFile.read(file), file, 2, "at most 1048576 bytes");
  }

  @Test
  void namesAnEmptyFile() throws IOException {
    Path plain = write("p.tsv", "");
    Path compressed = write("p.tsv.gz", gzip(""));
    assertFails(() -> PairFile.read(plain), plain, 0, "is empty");
    assertFails(() -> PairFile.read(compressed), compressed, 0, "is empty");
  }

  @Test
  void namesAMissingFile() {
    Path file = directory.resolve("missing.tsv");
    assertFails(() -> PairFile.read(file), file, 0, "does not exist");
  }

  @Test
  void namesPlainTextWithAGzipSuffix() throws IOException {
    Path file = write("p.tsv.gz", TWO_ROWS);
    assertFails(() -> PairFile.read(file), file, 0, "not gzip");
  }

  @Test
  void namesAGzipFileThatIsCutShort() throws IOException {
    byte[] whole = gzip(TWO_ROWS.repeat(5000));
    Path file = write("p.tsv.gz", Arrays.copyOf(whole, whole.length - 100));
    assertThatThrownBy(() -> PairFile.read(file))
        .isInstanceOf(DataFileException.class)
        .hasMessageContaining(file + ", line ")
        .hasMessageContaining("cut short");
  }

  @Test
  void readsJsonObjectsByTheirFields() throws IOException {
    PairFormat format = new PairFormat(List.of("instruction", "input"), "output");
    String rows =
        """
        {"instruction": "Add.", "input": "1 and 2", "output": "3", "id": 7}
        {"instruction": "Say hello.", "input": "", "output": "Hello."}
        """;
    assertThat(PairFile.read(write("p.jsonl.gz", gzip(rows)), format))
        .containsExactly(
            new SentencePair("Add. 1 and 2", "3"), new SentencePair("Say hello.", "Hello."));
  }

  @Test
  void rowsWithoutTheNamedFieldsAreReadByTheStandardOnes() throws IOException {
    PairFormat format = new PairFormat(List.of("instruction", "input"), "output");
    Path labels = write("LABELS.JSONL", "{\"source\": \"Add. 1 and 2\", \"target\": \"3\"}\n");
    assertThat(PairFile.read(labels, format))
        .containsExactly(new SentencePair("Add. 1 and 2", "3"));
    Path sources = write("s.jsonl", "{\"source\": \"CNN\", \"target\": \"x\"}\n");
    assertFails(
        () -> PairFile.sources(sources, format), sources, 1, "the field instruction is missing");
    Path other = write("p.jsonl", "{\"text\": \"Add.\", \"target\": \"3\"}\n");
    assertFails(
        () -> PairFile.read(other, format),
        other,
        1,
        "instruction is missing; there are [text, target]");
  }

  @Test
  void namesTheRowThatIsNoJsonObject() throws IOException {
    Path file = write("p.jsonl", "{\"source\": \"a\", \"target\": \"b\"}\n{\"source\": \n");
    assertFails(() -> PairFile.read(file), file, 2, "must be a JSON object");
  }

  @Test
  void namesTheFieldThatIsMissingAndThoseThatAreThere() throws IOException {
    Path file = write("p.jsonl", "{\"text\": \"a\", \"title\": \"b\"}\n");
    assertFails(() -> PairFile.read(file), file, 1, "source is missing; there are [text, title]");
  }

  @Test
  void namesTheFieldThatIsNoText() throws IOException {
    Path file = write("p.jsonl", "{\"source\": \"a\", \"target\": 3}\n");
    assertFails(() -> PairFile.read(file), file, 1, "target must be a text");
  }

  @Test
  void groupsRowsOfOneSourceInTheOrderFirstSeen() throws IOException {
    Path file = write("p.tsv", "Hi.\tHallo.\nYes.\tJa.\nHi.\tGrüß Gott!\nHi.\tHallo.\n");

    EvaluationSet set = EvaluationSet.read(file);

    assertThat(set.size()).isEqualTo(2);
    assertThat(set.sources()).containsExactly("Hi.", "Yes.");
    assertThat(set.references())
        .containsExactly(List.of("Hallo.", "Grüß Gott!", "Hallo."), List.of("Ja."));
    assertThat(set.lines()).containsExactly(1L, 2L);
    assertThat(set.first(1).sources()).containsExactly("Hi.");
  }

  private static void assertFails(ThrowingCallable read, Path file, long line, String message) {
    assertThatThrownBy(read)
        .isInstanceOfSatisfying(
            DataFileException.class,
            e -> {
              assertThat(e.file()).isEqualTo(file);
              assertThat(e.line()).isEqualTo(line);
            })
        .hasMessageStartingWith(file + (line > 0 ? ", line " + line : "") + ": ")
        .hasMessageContaining(message);
  }

  private Path write(String name, String text) throws IOException {
    return write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve(name), bytes);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
