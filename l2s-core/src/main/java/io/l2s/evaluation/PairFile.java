package io.l2s.evaluation;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.l2s.DataFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A {@link TextFile} of sentence pairs, one a line: {@code source<TAB>target}, or JSON objects if
 * its name ends in {@code .jsonl} or {@code .jsonl.gz}. Where the name has no suffix, as that of a
 * pipe, the first line shows which.
 *
 * <p>Columns after the second, such as the attribution in Tatoeba's exports, are ignored, and so
 * are fields that the format does not name. A row with {@code source} and {@code target} and none
 * of the format's fields is a label; it is read with {@link PairFormat#STANDARD}.
 */
public final class PairFile {

  private final Path file;
  private final PairFormat format;
  private boolean json;

  private PairFile(Path file, PairFormat format) {
    this.file = file;
    this.format = format;
    this.json = isJson(file);
  }

  /** Whether the name of {@code file} says that it holds JSON objects, a line each. */
  public static boolean isJson(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".jsonl") || name.endsWith(".jsonl.gz");
  }

  /** Reads all pairs in order, with {@link PairFormat#STANDARD}. */
  public static List<SentencePair> read(Path file) {
    return read(file, PairFormat.STANDARD);
  }

  /**
   * Reads all pairs in order.
   *
   * @throws DataFileException naming file and line, if the file is missing, empty, not gzip in
   *     spite of its {@code .gz} suffix, cut short, not UTF-8, has more than five million rows or
   *     over 2 GiB of text, or a row that is empty, over 1 MiB, without a tab, no JSON object with
   *     the fields, or without text on one side
   */
  public static List<SentencePair> read(Path file, PairFormat format) {
    PairFile pairFile = new PairFile(file, format);
    List<SentencePair> pairs = TextFile.rows(file, pairFile::pair);
    if (pairs.isEmpty()) {
      throw pairFile.failure(0, "is empty; it must have at least one row " + pairFile.form());
    }
    return pairs;
  }

  /**
   * Reads all sources in order; rows need no target.
   *
   * @throws DataFileException as {@link #read} does
   */
  public static List<String> sources(Path file, PairFormat format) {
    PairFile pairFile = new PairFile(file, format);
    List<String> sources = TextFile.rows(file, pairFile::source);
    if (sources.isEmpty()) {
      throw pairFile.failure(0, "is empty; it must have at least one source");
    }
    return sources;
  }

  private String source(long line, String text) {
    decideForm(line, text);
    String source = json ? joined(line, object(line, text), format) : firstColumn(text);
    if (source.isBlank()) {
      throw failure(line, "the source must have text, but is blank");
    }
    return source;
  }

  private static String firstColumn(String text) {
    int tab = text.indexOf('\t');
    return tab < 0 ? text : text.substring(0, tab);
  }

  /** The name of a pipe says nothing; a row of columns has a tab, and an object has none. */
  private void decideForm(long line, String text) {
    if (line == 1 && file.getFileName() != null && !file.getFileName().toString().contains(".")) {
      json = text.startsWith("{") && text.indexOf('\t') < 0;
    }
  }

  private String form() {
    return json
        ? "with the fields " + format.sourceFields() + " and " + format.targetField()
        : "source<TAB>target";
  }

  private SentencePair pair(long line, String text) {
    decideForm(line, text);
    SentencePair pair = json ? ofObject(line, text) : ofColumns(line, text);
    if (pair.source().isBlank() || pair.target().isBlank()) {
      String side = pair.source().isBlank() ? "source" : "target";
      throw failure(line, "the " + side + " must have text, but is blank");
    }
    return pair;
  }

  private SentencePair ofColumns(long line, String text) {
    String[] columns = text.split("\t", -1);
    if (columns.length < 2) {
      throw failure(line, "a row must be source<TAB>target, but has no tab");
    }
    return new SentencePair(columns[0], columns[1]);
  }

  private SentencePair ofObject(long line, String text) {
    JsonObject row = object(line, text);
    PairFormat fields = isLabel(row) ? PairFormat.STANDARD : format;
    return new SentencePair(joined(line, row, fields), field(line, row, fields.targetField()));
  }

  /**
   * Labels have only the standard fields; one file may mix them with the rows that they were made
   * from.
   */
  private boolean isLabel(JsonObject row) {
    return row.has("source")
        && row.has("target")
        && !row.has(format.targetField())
        && format.sourceFields().stream().noneMatch(row::has);
  }

  private String joined(long line, JsonObject row, PairFormat fields) {
    List<String> parts = new ArrayList<>();
    for (String name : fields.sourceFields()) {
      String part = field(line, row, name);
      if (!part.isBlank()) {
        parts.add(part);
      }
    }
    return String.join(" ", parts);
  }

  private JsonObject object(long line, String text) {
    try {
      if (JsonParser.parseString(text) instanceof JsonObject row) {
        return row;
      }
    } catch (JsonParseException e) {
      // Reported below; the parser's position does not help within one line.
    }
    throw failure(line, "a row must be a JSON object, but is not");
  }

  private String field(long line, JsonObject row, String name) {
    JsonElement value = row.get(name);
    if (value instanceof JsonPrimitive primitive && primitive.isString()) {
      return primitive.getAsString();
    }
    throw failure(
        line,
        "the field "
            + name
            + (value == null ? " is missing; there are " + row.keySet() : " must be a text"));
  }

  private DataFileException failure(long line, String problem) {
    return new DataFileException(file, line, problem, null);
  }
}
