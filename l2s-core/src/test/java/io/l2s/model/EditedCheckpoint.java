package io.l2s.model;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** A float32 checkpoint whose weights a test changes. */
public final class EditedCheckpoint {

  private final Path source;
  private final Map<String, TensorData> tensors = new LinkedHashMap<>();

  private EditedCheckpoint(Path source) {
    this.source = source;
  }

  /** A copy of the weights in {@code source}. */
  public static EditedCheckpoint of(Path source) {
    EditedCheckpoint edited = new EditedCheckpoint(source);
    for (TensorEntry entry : Checkpoint.open(source).tensors().values()) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(entry.byteLength()));
      bytes.order(ByteOrder.LITTLE_ENDIAN).put(entry.map()).flip();
      edited.tensors.put(
          entry.name(), new TensorData(entry.name(), entry.type(), entry.shape(), bytes));
    }
    return edited;
  }

  /**
   * Multiplies entries of all tensors whose names end with {@code suffix}.
   *
   * @param transposed whether they are stored as {@code [in, out]}; a bias as {@code [out]}
   * @param rows which results' weights
   * @param places which inputs' weights
   */
  public void scale(
      String suffix, boolean transposed, IntPredicate rows, IntPredicate places, float factor) {
    tensors.values().stream()
        .filter(tensor -> tensor.name().endsWith(suffix))
        .forEach(
            tensor -> {
              List<Long> shape = tensor.shape();
              ByteBuffer bytes = tensor.data().get().order(ByteOrder.LITTLE_ENDIAN);
              int width = Math.toIntExact(shape.get(shape.size() - 1));
              for (int i = 0; i < bytes.remaining() / 4; i++) {
                int row = transposed ? i % width : i / width;
                int place = transposed ? i / width : i % width;
                if (rows.test(row) && places.test(place)) {
                  bytes.putFloat(4 * i, factor * bytes.getFloat(4 * i));
                }
              }
            });
  }

  /**
   * Makes a channel of one token's vector larger, and the norms' weights for this channel as much
   * smaller, as trained models do whose residual stream has outliers.
   */
  public void outlier(int token, int channel, float factor) {
    scale("shared.weight", false, row -> row == token, place -> place == channel, factor);
    scale("layer_norm.weight", true, row -> row == channel, place -> true, 1 / factor);
  }

  /** Keeps the first {@code count} rows of the tables whose names end with {@code suffix}. */
  public EditedCheckpoint positions(String suffix, int count) {
    tensors.replaceAll(
        (name, tensor) -> {
          if (!name.endsWith(suffix)) {
            return tensor;
          }
          long width = tensor.shape().get(1);
          ByteBuffer kept = tensor.data().get().slice(0, Math.toIntExact(4 * count * width));
          return new TensorData(name, tensor.type(), List.of((long) count, width), kept);
        });
    return this;
  }

  /** Stores all weights in float16. */
  public EditedCheckpoint inFloat16() {
    tensors.replaceAll(
        (name, tensor) -> {
          ByteBuffer floats = tensor.data().get().order(ByteOrder.LITTLE_ENDIAN);
          ByteBuffer halves =
              ByteBuffer.allocate(floats.remaining() / 2).order(ByteOrder.LITTLE_ENDIAN);
          for (int i = 0; i < halves.capacity() / 2; i++) {
            halves.putShort(2 * i, half(floats.getFloat(4 * i)));
          }
          return new TensorData(name, TensorType.F16, tensor.shape(), halves);
        });
    return this;
  }

  /** The nearest float16; too large a number makes the test fail. */
  private static short half(float value) {
    float size = Math.abs(value);
    int bits;
    if (size < 0x1p-14f) {
      bits = Math.round(size * 0x1p24f);
    } else {
      int exponent = Math.getExponent(size);
      bits = (exponent + 15 << 10) + Math.round((Math.scalb(size, -exponent) - 1) * 1024);
    }
    if (bits >= 31 << 10) {
      throw new IllegalArgumentException(value + " is no float16");
    }
    return (short) (value < 0 ? bits | 0x8000 : bits);
  }

  /** Writes it to {@code target}, with the other files that loading needs. */
  public Path write(Path target) throws IOException {
    Files.createDirectories(target);
    for (String name : List.of("config.json", "generation_config.json", "tokenizer.json")) {
      Files.copy(source.resolve(name), target.resolve(name));
    }
    SafetensorsWriter.write(
        target.resolve("model.safetensors"), Map.of(), List.copyOf(tensors.values()));
    return target;
  }
}
