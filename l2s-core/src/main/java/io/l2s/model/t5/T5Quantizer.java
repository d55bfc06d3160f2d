package io.l2s.model.t5;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.Digests;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.StrictJson;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import io.l2s.model.MatmulKernel;
import io.l2s.model.Quantizer;
import io.l2s.model.StoredInt8;
import io.l2s.model.WeightSpec;
import io.l2s.model.WeightTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Stores a T5 checkpoint with its products rounded to 8-bit integers, one scale a row, exactly as
 * {@link Precision#INT8} rounds them at load. The norm before a product is multiplied in and stays
 * in the file as ones; the head, tied or not, is stored by itself.
 */
final class T5Quantizer implements Quantizer {

  private static final String WEIGHTS = "model.safetensors";

  @Override
  public void check(Checkpoint checkpoint) {
    if (StoredInt8.isIn(checkpoint.config())) {
      throw new ModelLoadException(
          checkpoint.config().file(),
          "the weights are stored in int8 already; there is nothing left to quantise");
    }
  }

  @Override
  public int quantise(
      NativeRuntime runtime, Checkpoint checkpoint, Path target, IntConsumer progress)
      throws IOException {
    check(checkpoint);
    T5Config config = T5Config.read(checkpoint);
    WeightTable weights = new WeightTable(T5Weights.of(checkpoint, config));
    weights.check(checkpoint);
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
                    MatmulKernel.PLAIN));
    List<TensorData> tensors;
    try {
      runtime.call(
          () -> {
            weights.put(program, checkpoint, Precision.INT8);
            return null;
          });
      tensors = new Rounding(runtime, program, config, progress).tensors(checkpoint);
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
    settings.addProperty("quant_method", StoredInt8.METHOD);
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

    List<TensorData> tensors(Checkpoint checkpoint) {
      // The head is stored by itself, tied or not.
      List<WeightSpec> specs = new WeightTable(T5Weights.of(config, true)).required().toList();
      Set<String> folded =
          specs.stream().flatMap(spec -> spec.normBefore().stream()).collect(Collectors.toSet());
      List<TensorData> tensors = new ArrayList<>();
      for (WeightSpec spec : specs) {
        if (spec.kind() == WeightSpec.Kind.PRODUCT) {
          product(tensors, spec, checkpoint);
        } else if (folded.contains(spec.name())) {
          tensors.add(ones(tensors.size(), spec));
        } else {
          int number = tensors.size();
          TensorEntry entry = checkpoint.tensors().get(spec.stored());
          tensors.add(
              new TensorData(
                  spec.stored(),
                  entry.type(),
                  entry.shape(),
                  () -> {
                    progress.accept(number);
                    return entry.map();
                  }));
        }
      }
      return tensors;
    }

    private void product(List<TensorData> tensors, WeightSpec spec, Checkpoint checkpoint) {
      int number = tensors.size();
      boolean stored = checkpoint.tensors().containsKey(spec.stored());
      String source = stored ? spec.name() : T5Weights.SHARED;
      tensors.add(
          new TensorData(
              spec.stored(),
              TensorType.I8,
              spec.shape(),
              () -> {
                progress.accept(number);
                return rounded(spec, source, 0);
              }));
      tensors.add(
          new TensorData(
              StoredInt8.scaleOf(spec.stored()),
              TensorType.F32,
              List.of(spec.shape().get(0)),
              () -> rounded(spec, source, 1)));
    }

    private ByteBuffer rounded(WeightSpec spec, String source, int part) {
      boolean head = spec.name().equals(T5Weights.HEAD);
      double factor = head ? config.outputScale() : 1;
      return runtime.call(
          () -> {
            try (NDManager scope = runtime.newScope()) {
              List<NDArray> made =
                  program.tensors(scope, "rounded", source, spec.normBefore().orElse(""), factor);
              ByteBuffer bytes = made.get(part).toByteBuffer();
              ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
              return copy.put(bytes).flip().order(ByteOrder.LITTLE_ENDIAN);
            }
          });
    }

    private TensorData ones(int number, WeightSpec spec) {
      int count = Math.toIntExact(spec.shape().get(0));
      return new TensorData(
          spec.stored(),
          TensorType.F32,
          spec.shape(),
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
