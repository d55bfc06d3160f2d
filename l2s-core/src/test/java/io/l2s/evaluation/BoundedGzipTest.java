package io.l2s.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.DataFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small compressed file cannot fill the heap. */
class BoundedGzipTest {

  private static final int MEGABYTE = 1 << 20;

  @TempDir private Path directory;

  @Test
  void dataThatGrowAThousandTimesAreRefused() throws IOException {
    Path file = compressed("a\tb\n".repeat(3 * MEGABYTE));

    assertThat(Files.size(file)).isLessThan(MEGABYTE / 10);
    assertThatThrownBy(() -> PairFile.read(file))
        .isInstanceOf(DataFileException.class)
        .hasMessageContaining(file + ", line ")
        .hasMessageContaining(
            "cannot be read: the gzip data grow to more than 100 times their size; decompress the"
                + " file, if it is sound");
  }

  @Test
  void equalLinesOfAShortFileAreRead() throws IOException {
    assertThat(TextFile.read(compressed("Good morning.\n".repeat(100_000)))).hasSize(100_000);
  }

  @Test
  void textOfAnyLengthIsRead() throws IOException {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    while (text.length() < 9 * MEGABYTE) {
      text.append(Integer.toString(random.nextInt(MEGABYTE))).append("\n".repeat(3));
    }

    assertThat(TextFile.read(compressed(text.toString()))).hasSizeGreaterThan(MEGABYTE);
  }

  @Test
  void aFileOfTooManyLinesIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("lines.txt"), "\n".repeat(5_000_001));

    assertThatThrownBy(() -> TextFile.read(file))
        .isInstanceOf(DataFileException.class)
        .hasMessageContaining("line 5000001: a file must have at most 5000000 lines; split it");
    // Pairs are read so.
    assertThatThrownBy(() -> TextFile.rows(file, (line, text) -> text))
        .isInstanceOf(DataFileException.class)
        .hasMessageContaining("line 5000001: a file must have at most 5000000 lines; split it");
  }

  private Path compressed(String text) throws IOException {
    Path file = directory.resolve("data.tsv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return file;
  }
}
