package io.l2s.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is there of a labelling into {@code output} before it begins or goes on. */
record UnfinishedLabels(Path output) {

  /** The field that rows of answers have and settings have not. */
  static final String SOURCE = "source";

  /** Far more than settings take. */
  private static final int LONGEST_SETTINGS = 1 << 20;

  /** Where the answers are until all are there. */
  Path path() {
    return output.resolveSibling(output.getFileName() + ".unfinished");
  }

  /**
   * Checks that a labelling may begin, or go on. An unfinished file without any answer counts as
   * none where a new one begins: nothing is lost with it, and one that goes on begins in it.
   *
   * @throws CommandFailure if its directory is missing, there is an output already, an unfinished
   *     one that is not to be resumed, or nothing to resume
   */
  void requireFree(boolean resume) {
    Path unfinished = path();
    Path directory = output.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new CommandFailure(output + ": the directory " + directory + " does not exist");
    }
    if (Files.exists(output)) {
      throw new CommandFailure(
          output
              + " is there already; "
              + (resume ? "there is nothing to resume" : "name another --output or remove it"));
    }
    if (!resume && Files.exists(unfinished) && !isBegunOnly()) {
      throw mustResume();
    }
    if (resume && !Files.exists(unfinished)) {
      throw new CommandFailure(unfinished + " does not exist; there is nothing to resume");
    }
  }

  CommandFailure mustResume() {
    return new CommandFailure(
        path() + " holds an unfinished labelling; add --resume to go on, or remove it");
  }

  private boolean isBegunOnly() {
    try (InputStream in = Files.newInputStream(path())) {
      return isBegunOnly(in.readNBytes(LONGEST_SETTINGS));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path(), e);
    }
  }

  /** Whether there are settings and no whole answer, or the settings were still being written. */
  static boolean isBegunOnly(byte[] bytes) {
    if (bytes.length >= LONGEST_SETTINGS) {
      return false;
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.indexOf('\n');
    if (end < 0) {
      return text.isEmpty() || text.startsWith("{");
    }
    try {
      return text.indexOf('\n', end + 1) < 0
          && JsonParser.parseString(text.substring(0, end)) instanceof JsonObject settings
          && !settings.has(SOURCE);
    } catch (JsonParseException e) {
      return false;
    }
  }
}
