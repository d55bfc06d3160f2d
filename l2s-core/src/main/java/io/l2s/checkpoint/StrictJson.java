package io.l2s.checkpoint;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.l2s.Excerpt;
import io.l2s.ModelLoadException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads one JSON object strictly: it refuses duplicate keys, deep nesting, and more values than any
 * model's files hold.
 */
public final class StrictJson {

  private static final int MAX_DEPTH = 64;
  // A value takes two bytes of a file and a hundred of heap. The settings of a tokenizer of 6,000
  // added tokens, the most of known models, have 50,000 values and 1.2 MB.
  private static final int MAX_SETTINGS = 100_000;
  private static final long MAX_SETTINGS_BYTES = 4L << 20;
  // A tensor takes seven values and 140 bytes, so 28,000 tensors fit. The largest Llama has 1,138,
  // the state of its training would have three times as many.
  private static final int MAX_TABLE = 200_000;
  private static final int MAX_DIGITS = 1_000;
  private static final int SHOWN = 60;
  private static final int MAX_EXPONENT = 1_000;

  /** Bytes of a table of tensors. */
  static final int MAX_TABLE_BYTES = 4 << 20;

  private static final Gson PRINTER =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private final Path file;
  private final JsonReader reader;
  private final int most;
  private int values;

  private StrictJson(Path file, JsonReader reader, int most) {
    this.file = file;
    this.reader = reader;
    this.most = most;
    reader.setStrictness(Strictness.STRICT);
  }

  /**
   * The settings in {@code file}.
   *
   * @throws ModelLoadException if the file is missing, over 4 MiB, of over 100,000 values or not
   *     one JSON object
   */
  public static JsonObject read(Path file) {
    return read(file, MAX_SETTINGS_BYTES, MAX_SETTINGS);
  }

  /** The settings in {@code file}, as {@link #read(Path)} within other bounds. */
  static JsonObject read(Path file, long mostBytes, int mostValues) {
    return parse(file, ModelFile.bytes(file, mostBytes), mostValues);
  }

  /**
   * The table of a checkpoint's tensors in {@code file}.
   *
   * @throws ModelLoadException if the file is missing, over 4 MiB, of over 200,000 values or not
   *     one JSON object
   */
  static JsonObject readTable(Path file) {
    return parse(file, ModelFile.bytes(file, MAX_TABLE_BYTES));
  }

  /** {@code object} as the text of a file: indented, with a line break at its end. */
  public static String print(JsonObject object) {
    return PRINTER.toJson(object) + "\n";
  }

  /**
   * The table in {@code utf8}, which came from {@code file}.
   *
   * @throws ModelLoadException if it has over 200,000 values or is not one JSON object
   */
  public static JsonObject parse(Path file, byte[] utf8) {
    return parse(file, utf8, MAX_TABLE);
  }

  private static JsonObject parse(Path file, byte[] utf8, int most) {
    // Decoded piece by piece, since a table may have 4 MiB.
    Reader text =
        new InputStreamReader(new ByteArrayInputStream(utf8), StandardCharsets.UTF_8.newDecoder());
    return new StrictJson(file, new JsonReader(text), most).whole();
  }

  /**
   * The next value of {@code reader}, which reads {@code file}, as a tree.
   *
   * @param most values that the tree may have
   * @throws ModelLoadException if it has more, is nested too deep or names a key twice
   * @throws IOException as {@code reader} does, and so does every other exception
   */
  public static JsonElement next(Path file, JsonReader reader, int most) throws IOException {
    return new StrictJson(file, reader, most).value(0);
  }

  private JsonObject whole() {
    try {
      if (reader.peek() != JsonToken.BEGIN_OBJECT) {
        throw new ModelLoadException(file, "is not a JSON object");
      }
      JsonObject object = object(0);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new ModelLoadException(file, "has text after its JSON object");
      }
      return object;
    } catch (CharacterCodingException e) {
      throw new ModelLoadException(file, List.of("is not UTF-8"), e);
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      // Gson's own message, which advises lenient parsing, is left out.
      throw new ModelLoadException(file, List.of("is not valid JSON at " + reader.getPath()), e);
    }
  }

  private JsonObject object(int depth) throws IOException {
    JsonObject object = new JsonObject();
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      if (object.has(key)) {
        throw new ModelLoadException(file, "names " + key + " twice");
      }
      object.add(key, value(depth + 1));
    }
    reader.endObject();
    return object;
  }

  private JsonArray array(int depth) throws IOException {
    JsonArray array = new JsonArray();
    reader.beginArray();
    while (reader.hasNext()) {
      array.add(value(depth + 1));
    }
    reader.endArray();
    return array;
  }

  private JsonElement value(int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new ModelLoadException(file, "is nested more than " + MAX_DEPTH + " deep" + place());
    }
    if (++values > most) {
      throw new ModelLoadException(file, "holds more than " + most + " values" + place());
    }
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object(depth);
      case BEGIN_ARRAY -> array(depth);
      case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
      case NUMBER -> new JsonPrimitive(number(reader.nextString()));
      case NULL -> {
        reader.nextNull();
        yield JsonNull.INSTANCE;
      }
      default -> new JsonPrimitive(reader.nextString());
    };
  }

  private String place() {
    return " at " + Excerpt.of(reader.getPath(), SHOWN);
  }

  // Longer digits and larger exponents take Java minutes to turn into an integer.
  private BigDecimal number(String digits) {
    if (digits.length() <= MAX_DIGITS) {
      BigDecimal number = new BigDecimal(digits);
      if (Math.abs((long) number.scale()) <= MAX_EXPONENT) {
        return number;
      }
    }
    throw new ModelLoadException(
        file,
        reader.getPath()
            + " must be a number of at most "
            + MAX_DIGITS
            + " digits and an exponent within "
            + MAX_EXPONENT
            + ", but was "
            + digits);
  }
}
