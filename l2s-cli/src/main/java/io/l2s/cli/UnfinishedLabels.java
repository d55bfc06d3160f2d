package io.l2s.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.l2s.checkpoint.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of a labeling into {@code output} before it begins or continues. */
record UnfinishedLabels(Path output) {

  /** The field that rows of answers have and settings do not. */
  static final String SOURCE = "source";

  /** More bytes than settings need. */
  private static final int LONGEST_SETTINGS = 1 << 20;

  /** The file that holds the answers until all are there. */
  Path path() {
    return output.resolveSibling(output.getFileName() + ".unfinished");
  }

  /**
   * Checks that a labeling may begin or continue. A new labeling may replace an unfinished file
   * without any answer, since nothing is lost with it; a resumed one begins in it.
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
    // A pipe would keep whoever opens it waiting.
    ModelFile.requireRegularIfThere(unfinished);
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
        path() + " holds an unfinished labeling; add --resume to continue, or remove it");
  }

  private boolean isBegunOnly() {
    try (InputStream in = Files.newInputStream(path())) {
      return isBegunOnly(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path(), e);
    }
  }

  /** Whether there are settings and no whole answer, or the settings were still being written. */
  static boolean isBegunOnly(InputStream unfinished) throws IOException {
    byte[] bytes = unfinished.readNBytes(LONGEST_SETTINGS);
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
