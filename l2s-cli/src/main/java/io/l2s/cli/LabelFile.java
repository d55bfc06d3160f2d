package io.l2s.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * The answers of a labelling. Until all are there they are in a file of their own, JSON text a
 * line: first the settings, then the answers in the sources' order, each written as it comes.
 */
final class LabelFile implements AutoCloseable {

  private final Path output;
  private final Path unfinished;
  private final List<String> sources;
  private final List<String> answers = new ArrayList<>();
  private Writer writer;

  /**
   * @param written rows in the output
   * @param leftOut sources whose row the output cannot hold or training could not use
   */
  record Summary(int written, int leftOut) {}

  private LabelFile(Path output, List<String> sources) {
    this.output = output;
    this.unfinished = output.resolveSibling(output.getFileName() + ".unfinished");
    this.sources = sources;
  }

  /**
   * Begins, or goes on with, the labelling of {@code sources}.
   *
   * @throws CommandFailure if there is an output already, nothing to resume, or what is there was
   *     made with other settings
   */
  static LabelFile open(Path output, JsonObject settings, List<String> sources, boolean resume) {
    LabelFile file = new LabelFile(output, sources);
    if (Files.exists(output)) {
      throw new CommandFailure(output + " is there already; name another --output or remove it");
    }
    if (!resume && Files.exists(file.unfinished)) {
      throw new CommandFailure(
          file.unfinished + " holds an unfinished labelling; add --resume to go on, or remove it");
    }
    if (resume && !Files.exists(file.unfinished)) {
      throw new CommandFailure(file.unfinished + " does not exist; there is nothing to resume");
    }
    try {
      if (resume) {
        file.read(settings);
      }
      file.begin(settings);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file.unfinished, e);
    }
  }

  private void read(JsonObject settings) throws IOException {
    byte[] bytes = Files.readAllBytes(unfinished);
    int end = bytes.length;
    // A last line without its end was being written when all stopped.
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    List<String> lines = new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty()) {
      return;
    }
    requireSame(parse(lines.get(0), 1).getAsJsonObject(), settings);
    if (lines.size() - 1 > sources.size()) {
      throw new CommandFailure(
          unfinished
              + " has "
              + (lines.size() - 1)
              + " answers, but there are only "
              + sources.size()
              + " sources; give the same --data and --limit");
    }
    for (int i = 1; i < lines.size(); i++) {
      JsonObject row = parse(lines.get(i), i + 1).getAsJsonObject();
      if (!row.get("source").getAsString().equals(sources.get(i - 1))) {
        throw new CommandFailure(
            unfinished
                + ", line "
                + (i + 1)
                + ": answers another source than the data's number "
                + i
                + "; give the same --data");
      }
      answers.add(row.get("target").getAsString());
    }
  }

  private JsonElement parse(String line, int number) {
    try {
      return JsonParser.parseString(line);
    } catch (JsonParseException e) {
      throw new CommandFailure(
          unfinished + ", line " + number + ": is damaged; remove the file to start again", e);
    }
  }

  private void requireSame(JsonObject before, JsonObject now) {
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, JsonElement> setting : now.entrySet()) {
      JsonElement old = before.get(setting.getKey());
      if (!setting.getValue().equals(old)) {
        problems.add(setting.getKey() + " was " + old + ", but now it is " + setting.getValue());
      }
    }
    if (!problems.isEmpty()) {
      throw new CommandFailure(
          unfinished + " was begun with other settings: " + String.join("; ", problems));
    }
  }

  // Written anew as a whole: what was torn is gone, and a crash meanwhile loses nothing.
  private void begin(JsonObject settings) throws IOException {
    Path fresh = unfinished.resolveSibling(unfinished.getFileName() + ".tmp");
    try (Writer out = Files.newBufferedWriter(fresh)) {
      out.write(settings + "\n");
      for (int i = 0; i < answers.size(); i++) {
        out.write(row(i));
      }
    }
    Files.move(
        fresh, unfinished, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    writer = Files.newBufferedWriter(unfinished, StandardOpenOption.APPEND);
  }

  private String row(int index) {
    JsonObject row = new JsonObject();
    row.addProperty("source", sources.get(index));
    row.addProperty("target", answers.get(index));
    return row + "\n";
  }

  /** Number of sources that are answered. */
  int done() {
    return answers.size();
  }

  /** Takes the answer to the next source. */
  void add(String answer) {
    answers.add(answer);
    try {
      writer.write(row(answers.size() - 1));
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + unfinished, e);
    }
  }

  /** Writes the output, which appears as a whole, and removes the unfinished one. */
  Summary finish() {
    String name = output.getFileName().toString();
    boolean gzip = name.endsWith(".gz");
    boolean json = name.endsWith(".jsonl") || name.endsWith(".jsonl.gz");
    Path fresh = output.resolveSibling(name + ".tmp");
    int written = 0;
    try {
      try (OutputStream file = Files.newOutputStream(fresh);
          Writer out =
              new BufferedWriter(
                  new OutputStreamWriter(
                      gzip ? new GZIPOutputStream(file) : file, StandardCharsets.UTF_8))) {
        for (int i = 0; i < answers.size(); i++) {
          String plain = sources.get(i) + "\t" + answers.get(i);
          if (answers.get(i).isBlank() || !json && !isOneRow(plain)) {
            continue;
          }
          out.write(json ? row(i) : plain + "\n");
          written++;
        }
      }
      Files.move(fresh, output, StandardCopyOption.ATOMIC_MOVE);
      close();
      Files.delete(unfinished);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + output, e);
    }
    return new Summary(written, answers.size() - written);
  }

  private static boolean isOneRow(String row) {
    return row.indexOf('\n') < 0
        && row.indexOf('\r') < 0
        && row.indexOf('\t') == row.lastIndexOf('\t');
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + unfinished, e);
    }
  }
}
