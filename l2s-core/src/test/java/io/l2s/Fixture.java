package io.l2s;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.checkpoint.TensorEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A checkpoint with the outputs that transformers computed for it. */
public record Fixture(Path directory, JsonObject expected, Map<String, TensorEntry> tensors) {

  /** Greedy choices closer than this to the second best may differ within numerical noise. */
  public static final double NOISE = 1e-3;

  private static final Path ROOT = Path.of("src/test/resources/fixtures");

  public static Path path(String name) {
    return ROOT.resolve(name);
  }

  /** A copy of the fixture's files, to be changed, in a directory of its name in {@code into}. */
  public static Path copy(String name, Path into) throws IOException {
    Path target = Files.createDirectory(into.resolve(name));
    try (Stream<Path> files = Files.list(path(name))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }

  public static Fixture open(String name) {
    Path directory = path(name);
    return new Fixture(
        directory,
        json(directory.resolve("expected.json")),
        SafetensorsFile.open(directory.resolve("expected.safetensors")).tensors());
  }

  public static JsonObject json(Path file) {
    try {
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<JsonObject> cases() {
    List<JsonObject> cases = new ArrayList<>();
    expected.getAsJsonArray("cases").forEach(element -> cases.add(element.getAsJsonObject()));
    return cases;
  }

  public int maxNewTokens() {
    return expected.get("max_new_tokens").getAsInt();
  }

  /** Reference values, row after row. */
  public float[] values(String name) {
    return values(tensors.get(name));
  }

  public static float[] values(TensorEntry entry) {
    float[] values = new float[Math.toIntExact(entry.byteLength() / 4)];
    entry.map().asFloatBuffer().get(values);
    return values;
  }

  public static int[] ids(JsonElement element) {
    JsonArray array = element.getAsJsonArray();
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).getAsInt();
    }
    return ids;
  }

  public static float largestDifference(float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError(actual.length + " values, expected " + expected.length);
    }
    float largest = 0;
    for (int i = 0; i < actual.length; i++) {
      float difference = Math.abs(actual[i] - expected[i]);
      largest = Float.isNaN(difference) ? Float.NaN : Math.max(largest, difference);
    }
    return largest;
  }
}
