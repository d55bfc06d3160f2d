package io.l2s;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Files of pairs that no fixture has, made of those that there are. */
public final class PairFiles {

  /** The first ids, which stand for special tokens. */
  private static final int SPECIAL = 3;

  private PairFiles() {}

  /** A copy of the T5 checkpoint {@code slm} whose tokens stand under other ids. */
  public static Path withOtherIds(Path slm, Path target) throws IOException {
    copy(slm, target);
    JsonObject tokenizer = Fixture.json(slm.resolve("tokenizer.json"));
    JsonObject model = tokenizer.getAsJsonObject("model");
    JsonArray tokens = model.getAsJsonArray("vocab");
    JsonArray reversed = new JsonArray();
    for (int id = 0; id < tokens.size(); id++) {
      JsonElement token = tokens.get(id < SPECIAL ? id : tokens.size() - 1 - (id - SPECIAL));
      reversed.add(token);
    }
    model.add("vocab", reversed);
    Files.writeString(target.resolve("tokenizer.json"), tokenizer.toString());
    return target;
  }

  /** A copy of the T5 checkpoint {@code slm} with {@code rows} embeddings. */
  public static Path withRows(Path slm, int rows, Path target) throws IOException {
    copy(slm, target);
    JsonObject config = Fixture.json(slm.resolve("config.json"));
    config.addProperty("vocab_size", rows);
    Files.writeString(target.resolve("config.json"), config.toString());
    List<TensorData> tensors = new ArrayList<>();
    SafetensorsFile.open(slm.resolve("model.safetensors"))
        .tensors()
        .values()
        .forEach(
            tensor ->
                tensors.add(
                    tensor.name().equals("shared.weight") || tensor.name().equals("lm_head.weight")
                        ? resized(tensor, rows)
                        : same(tensor)));
    Files.delete(target.resolve("model.safetensors"));
    SafetensorsWriter.write(target.resolve("model.safetensors"), Map.of("format", "pt"), tensors);
    return target;
  }

  // Rows beyond the stored ones are copies of the first.
  private static TensorData resized(TensorEntry tensor, int rows) {
    float[] stored = Fixture.values(tensor);
    int width = Math.toIntExact(tensor.shape().get(1));
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = stored[i < stored.length ? i : i % width];
    }
    return floats(tensor.name(), List.of((long) rows, (long) width), values);
  }

  /**
   * A copy of a projector's file with an embedding adapter of random weights.
   *
   * @param shape of the adapter's weight
   */
  public static Path withAdapter(Path projector, List<Long> shape, Path target) {
    List<TensorData> tensors = new ArrayList<>();
    SafetensorsFile.open(projector).tensors().values().forEach(each -> tensors.add(same(each)));
    long size = shape.stream().reduce(1L, Math::multiplyExact);
    Random random = new Random(5);
    float[] values = new float[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 10;
    }
    tensors.add(floats("embedding_adapter.weight", shape, values));
    SafetensorsWriter.write(target, Map.of(), tensors);
    return target;
  }

  private static TensorData same(TensorEntry tensor) {
    return new TensorData(tensor.name(), tensor.type(), tensor.shape(), tensor.map());
  }

  private static TensorData floats(String name, List<Long> shape, float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new TensorData(name, TensorType.F32, shape, bytes);
  }

  private static void copy(Path source, Path target) throws IOException {
    Files.createDirectory(target);
    for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(source.resolve(name), target.resolve(name));
    }
  }
}
