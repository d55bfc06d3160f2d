package io.l2s.model.t5;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.Digests;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.StrictJson;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Precision;
import io.l2s.engine.Program;
import io.l2s.engine.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Stores a T5 checkpoint with its products rounded to 8-bit integers, one scale a row, exactly as
 * {@link Precision#INT8} rounds them at load. The norm before a product is multiplied in and stays
 * in the file as ones; the head, tied or not, is stored by itself.
 */
public final class T5Quantizer {

  private static final String WEIGHTS = "model.safetensors";

  private T5Quantizer() {}

  /**
   * Sees to it that there is something to round.
   *
   * @throws ModelLoadException if the checkpoint is stored in int8 already
   */
  public static void check(Checkpoint checkpoint) {
    if (T5Weights.storedInt8(checkpoint.config())) {
      throw new ModelLoadException(
          checkpoint.config().file(),
          "the weights are stored in int8 already; there is nothing left to quantise");
    }
  }

  /**
   * Writes the weights and {@code config.json} to {@code target}; other files are the caller's.
   *
   * @param progress told the number of tensors written so far
   * @return number of tensors
   * @throws ModelLoadException if the checkpoint does not fit or is stored in int8 already
   */
  public static int quantise(
      NativeRuntime runtime, Checkpoint checkpoint, Path target, IntConsumer progress)
      throws IOException {
    check(checkpoint);
    T5Config config = T5Config.read(checkpoint);
    Map<String, List<Long>> expected = T5Model.checked(checkpoint, config);
    // Int8 keeps the weights as they are stored until they are rounded.
    Program program =
        runtime.call(
            () ->
                T5Model.program(
                    config,
                    List.of(),
                    Device.cpu(),
                    Precision.INT8,
                    Precision.F32,
                    Products.PLAIN));
    List<TensorData> tensors;
    try {
      runtime.call(
          () -> {
            Weights.put(
                program, checkpoint, expected.keySet(), Precision.INT8, T5Weights::inFloat32);
            return null;
          });
      tensors = new Rounding(runtime, program, config, progress).tensors(checkpoint, expected);
      SafetensorsWriter.write(target.resolve(WEIGHTS), Map.of("format", "pt"), tensors);
    } finally {
      runtime.release(program::close);
    }
    writeConfig(checkpoint, target);
    return tensors.size();
  }

  private static void writeConfig(Checkpoint checkpoint, Path target) throws IOException {
    JsonObject config = StrictJson.read(checkpoint.config().file());
    JsonObject settings = new JsonObject();
    settings.addProperty("quant_method", T5Weights.INT8_METHOD);
    JsonObject digests = new JsonObject();
    checkpoint.tensors().values().stream()
        .map(TensorEntry::file)
        .distinct()
        .forEach(file -> digests.addProperty(file.getFileName().toString(), Digests.sha256(file)));
    settings.add("source_sha256", digests);
    config.add("quantization_config", settings);
    Files.writeString(
        target.resolve("config.json"),
        new GsonBuilder().setPrettyPrinting().create().toJson(config) + "\n");
  }

  /** The tensors to write, each made when it is written, so that the heap holds one at a time. */
  private record Rounding(
      NativeRuntime runtime, Program program, T5Config config, IntConsumer progress) {

    List<TensorData> tensors(Checkpoint checkpoint, Map<String, List<Long>> expected) {
      List<TensorData> tensors = new ArrayList<>();
      for (Map.Entry<String, List<Long>> each : expected.entrySet()) {
        String name = each.getKey();
        TensorEntry entry = checkpoint.tensors().get(name);
        if (T5Weights.isProduct(name)) {
          product(tensors, name, name, each.getValue());
        } else if (isFolded(name)) {
          tensors.add(ones(tensors.size(), name, each.getValue()));
        } else {
          int number = tensors.size();
          tensors.add(
              new TensorData(
                  name,
                  entry.type(),
                  entry.shape(),
                  () -> {
                    progress.accept(number);
                    return entry.map();
                  }));
        }
      }
      if (!expected.containsKey(T5Weights.HEAD)) {
        product(tensors, T5Weights.HEAD, T5Weights.SHARED, expected.get(T5Weights.SHARED));
      }
      return tensors;
    }

    // The encoder's last norm makes H, which others read, too.
    private static boolean isFolded(String name) {
      return name.endsWith("layer_norm.weight") && !name.equals("encoder.final_layer_norm.weight");
    }

    private void product(List<TensorData> tensors, String name, String source, List<Long> shape) {
      int number = tensors.size();
      tensors.add(
          new TensorData(
              name,
              TensorType.I8,
              shape,
              () -> {
                progress.accept(number);
                return rounded(name, source, 0);
              }));
      tensors.add(
          new TensorData(
              T5Weights.scaleOf(name),
              TensorType.F32,
              List.of(shape.get(0)),
              () -> rounded(name, source, 1)));
    }

    private ByteBuffer rounded(String name, String source, int part) {
      boolean head = name.equals(T5Weights.HEAD);
      double factor = head && config.scaledOutput() ? Math.pow(config.width(), -0.5) : 1;
      return runtime.call(
          () -> {
            try (NDManager scope = runtime.newScope()) {
              List<NDArray> made =
                  program.tensors(
                      scope, "rounded", source, T5Weights.normBefore(name).orElse(""), factor);
              ByteBuffer bytes = made.get(part).toByteBuffer();
              ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
              return copy.put(bytes).flip().order(ByteOrder.LITTLE_ENDIAN);
            }
          });
    }

    private TensorData ones(int number, String name, List<Long> shape) {
      int count = Math.toIntExact(shape.get(0));
      return new TensorData(
          name,
          TensorType.F32,
          shape,
          () -> {
            progress.accept(number);
            ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
              bytes.putFloat(1);
            }
            return bytes.flip();
          });
    }
  }
}
