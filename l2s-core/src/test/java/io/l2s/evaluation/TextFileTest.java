package io.l2s.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.DataFileException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {

  @TempDir private Path directory;

  @Test
  void emptyLinesCountButTheLineFeedAtTheEndBeginsNone() throws IOException {
    assertThat(TextFile.read(write("a\n\n b \n"))).containsExactly("a", "", " b ");
    assertThat(TextFile.read(write("a\n\n"))).containsExactly("a", "");
    assertThat(TextFile.read(write("\na"))).containsExactly("", "a");
  }

  @Test
  void onlyLineFeedsEndALineAndACarriageReturnBeforeThemGoes() throws IOException {
    assertThat(TextFile.read(write("a\r\nb\u2028c\rd\u0085e\r\n")))
        .containsExactly("a", "b\u2028c\rd\u0085e");
  }

  @Test
  void aByteOrderMarkAtTheStartGoes() throws IOException {
    assertThat(TextFile.read(write("\uFEFFa\n\uFEFFb"))).containsExactly("a", "\uFEFFb");
  }

  @Test
  void gzipIsRead() throws IOException {
    Path file = directory.resolve("t.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("ä\nb\n".getBytes(StandardCharsets.UTF_8));
    }

    assertThat(TextFile.read(file)).containsExactly("ä", "b");
  }

  @Test
  void aLineThatIsTooLongIsRefusedBeforeTheLinesBehindItAreRead() throws IOException {
    Path file = write("a".repeat((1 << 20) + 1) + "\n".repeat(5_000_001));

    assertThatThrownBy(() -> TextFile.read(file))
        .isInstanceOf(DataFileException.class)
        .hasMessage(file + ", line 1: a line must have at most 1048576 bytes");
  }

  @Test
  void aLineOfTheMostBytesIsRead() throws IOException {
    assertThat(TextFile.read(write("a".repeat(1 << 20) + "\nb"))).element(1).isEqualTo("b");
  }

  @Test
  void textOfTheMostBytesIsReadAndMoreIsRefused() throws Exception {
    byte[] block = new byte[1 << 16];
    block[block.length - 1] = '\n';
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            throw new AssertionError("reads in blocks");
          }

          @Override
          public int read(byte[] target, int from, int length) {
            System.arraycopy(block, 0, target, from, length);
            return length;
          }
        };
    TextLines lines = new TextLines(endless);
    for (int i = 0; i < (2L << 30) / block.length; i++) {
      assertThat(lines.next()).hasSize(block.length - 1);
    }

    assertThatThrownBy(lines::next)
        .hasMessage("a file must have at most 2147483648 bytes of text; split it");
  }

  @Test
  void aFileWithAFaultyRowIsRefusedBeforeARowIsKept() throws IOException {
    List<WeakReference<Object>> rows = new ArrayList<>();
    Path file = write("a\nb\nfaulty\n");

    assertThatThrownBy(
            () ->
                TextFile.rows(
                    file,
                    (line, text) -> {
                      if (text.equals("faulty")) {
                        System.gc();
                        throw new DataFileException(file, line, "is faulty", null);
                      }
                      Object row = new Object();
                      rows.add(new WeakReference<>(row));
                      return row;
                    }))
        .hasMessage(file + ", line 3: is faulty");
    assertThat(rows.get(0).get()).isNull();
  }

  @Test
  void namesAnEmptyFile() throws IOException {
    Path file = write("");

    assertThatThrownBy(() -> TextFile.read(file))
        .isInstanceOf(DataFileException.class)
        .hasMessage(file + ": is empty; it must have at least one line");
  }

  @Test
  void namesTheLineThatIsNotUtf8() throws IOException {
    Path file =
        Files.write(directory.resolve("t"), "a\n\u00e4\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> TextFile.read(file))
        .isInstanceOf(DataFileException.class)
        .hasMessage(file + ", line 2: is not UTF-8 text");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("t.txt"), text);
  }
}
