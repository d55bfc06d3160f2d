package io.l2s.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes a file at random, by its form where it has one, else byte by byte. */
record Mutation(Random random) {

  /** What a file holds, which decides what is worth changing. */
  enum Form {
    JSON,
    JSON_LINES,
    SAFETENSORS,
    BYTES
  }

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "{}",
          "[]",
          "[[]]",
          "[null]",
          "{\"a\": {}}",
          "\"\"",
          "\"x\"",
          "\"../x\"",
          "\"/dev/zero\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\u001b[31m\\n\"",
          "-1",
          "0",
          "1",
          "1.5",
          "7",
          "1e-300",
          "1e300",
          "-1e300",
          "1e999",
          "1e999999999",
          "2147483648",
          "1099511627776",
          "9223372036854775807",
          "9223372036854775808",
          "[1, 2, 3]",
          "[1099511627776]",
          "[1099511627776, 0]");

  byte[] of(byte[] file, Form form) {
    return switch (random.nextInt(4) == 0 ? Form.BYTES : form) {
      case JSON -> json(new String(file, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
      case JSON_LINES -> jsonLines(file);
      case SAFETENSORS -> safetensors(file);
      case BYTES -> bytes(file);
    };
  }

  private byte[] jsonLines(byte[] file) {
    List<String> lines = new ArrayList<>(new String(file, StandardCharsets.UTF_8).lines().toList());
    int at = random.nextInt(lines.size());
    lines.set(at, json(lines.get(at)));
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private byte[] safetensors(byte[] file) {
    ByteBuffer whole = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) whole.getLong(0);
    byte[] header = json(new String(file, 8, length, StandardCharsets.UTF_8)).getBytes();
    long written = random.nextInt(8) == 0 ? random.nextLong() : header.length;
    return ByteBuffer.allocate(8 + header.length + file.length - 8 - length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(written)
        .put(header)
        .put(file, 8 + length, file.length - 8 - length)
        .array();
  }

  private String json(String text) {
    JsonElement whole = JsonParser.parseString(text);
    List<Runnable> places = new ArrayList<>();
    collect(whole, places);
    if (places.isEmpty()) {
      return value().toString();
    }
    // Few fields lie near the top among many tokens and tensors, so these are taken more often.
    int most = random.nextBoolean() ? places.size() : Math.min(30, places.size());
    places.get(random.nextInt(most)).run();
    return whole.toString();
  }

  private void collect(JsonElement element, List<Runnable> places) {
    if (element instanceof JsonObject object) {
      for (String key : List.copyOf(object.keySet())) {
        places.add(() -> change(object, key));
      }
      object.asMap().values().forEach(each -> collect(each, places));
    } else if (element instanceof JsonArray array) {
      for (int i = 0; i < Math.min(array.size(), 50); i++) {
        int at = i;
        places.add(() -> array.set(at, value()));
        collect(array.get(i), places);
      }
    }
  }

  private void change(JsonObject object, String key) {
    switch (random.nextInt(6)) {
      case 0 -> object.remove(key);
      case 1 -> object.add(key + "\u0007", object.remove(key));
      default -> object.add(key, value());
    }
  }

  private JsonElement value() {
    return switch (random.nextInt(12)) {
      case 0 -> new JsonPrimitive("long ".repeat(200_000));
      case 1 -> nested(200);
      case 2 -> JsonNull.INSTANCE;
      default -> JsonParser.parseString(VALUES.get(random.nextInt(VALUES.size())));
    };
  }

  private static JsonElement nested(int depth) {
    JsonElement element = new JsonArray();
    for (int i = 0; i < depth; i++) {
      JsonArray outer = new JsonArray();
      outer.add(element);
      element = outer;
    }
    return element;
  }

  private byte[] bytes(byte[] file) {
    if (file.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    // The beginning of a file of weights decides what it is.
    int at = random.nextInt(random.nextBoolean() ? file.length : Math.min(file.length, 2_000));
    byte[] changed = file.clone();
    switch (random.nextInt(6)) {
      case 0 -> changed[at] = (byte) random.nextInt();
      case 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> changed = Arrays.copyOf(file, at);
      case 3 -> {
        byte[] noise = new byte[1 + random.nextInt(64)];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, changed, at, Math.min(noise.length, file.length - at));
      }
      case 4 -> {
        changed = Arrays.copyOf(file, file.length + 1);
        System.arraycopy(file, at, changed, at + 1, file.length - at);
        changed[at] = "{}[]\",:\\\n\t\0\r".getBytes()[random.nextInt(12)];
      }
      default -> changed = new byte[0];
    }
    return changed;
  }
}
