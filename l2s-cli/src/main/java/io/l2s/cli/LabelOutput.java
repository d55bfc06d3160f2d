package io.l2s.cli;

import io.l2s.evaluation.PairFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * The file of labels that training reads, in the form that its name asks for: JSON lines or {@code
 * source<TAB>target}, compressed or not.
 */
record LabelOutput(Path file) {

  /**
   * The numbers of labels that were written and left out.
   *
   * @param written rows in the file
   * @param leftOut labels that the file cannot hold or training could not use
   * @param cut rows in the file whose answer the limit of new tokens ended
   */
  record Summary(int written, int leftOut, int cut) {}

  /**
   * Writes the labels in order; the file appears as a whole or not at all.
   *
   * @throws UncheckedIOException naming the file
   */
  Summary write(List<Label> labels) {
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    List<Label> usable = labels.stream().filter(this::isUsable).toList();
    try {
      try (FileChannel channel =
              FileChannel.open(
                  fresh,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING);
          OutputStream bytes = compressed(Channels.newOutputStream(channel));
          Writer rows = new BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8))) {
        for (Label label : usable) {
          rows.write((isJson() ? AnswerWriter.inUtf8(label.json().toString()) : row(label)) + "\n");
        }
      }
      // Forced to the disk, since the unfinished file with the answers is removed next.
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      UncheckedIOException failure = new UncheckedIOException("cannot write " + file, e);
      delete(fresh, failure);
      throw failure;
    }
    int cut = (int) usable.stream().filter(Label::cut).count();
    return new Summary(usable.size(), labels.size() - usable.size(), cut);
  }

  private static void delete(Path fresh, UncheckedIOException failure) {
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private OutputStream compressed(OutputStream bytes) throws IOException {
    return name().toLowerCase(Locale.ROOT).endsWith(".gz") ? new GZIPOutputStream(bytes) : bytes;
  }

  private boolean isJson() {
    return PairFile.isJson(file);
  }

  private String name() {
    return file.getFileName().toString();
  }

  private boolean isUsable(Label label) {
    return !label.target().isBlank() && (isJson() || isOneRow(row(label)));
  }

  private static String row(Label label) {
    return label.source() + "\t" + label.target();
  }

  private static boolean isOneRow(String row) {
    return row.indexOf('\n') < 0
        && row.indexOf('\r') < 0
        && row.indexOf('\t') == row.lastIndexOf('\t')
        && StandardCharsets.UTF_8.newEncoder().canEncode(row);
  }
}
