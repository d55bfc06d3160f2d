package io.l2s.model;

import ai.djl.Device;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.StrictJson;
import io.l2s.checkpoint.TensorData;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a checkpoint with its products rounded to 8-bit integers, one scale a row, exactly as
 * {@link Precision#INT8} rounds them at load, but for those that lose too much by it. The norm
 * before a rounded product is multiplied in and stays in the file as ones, its bias is added to the
 * product's and stays as zeros; the head, tied or not, is stored by itself.
 *
 * @param stored what it takes to run the checkpoint as it is
 * @param rounded the same of the checkpoint to be written: one group for each of {@code stored},
 *     and the head by itself
 * @param keptNorms the program's names of the norms that features pass as well, stored as they are
 */
record Int8Quantizer(
    Function<Checkpoint, ModelProgram> stored,
    Function<Checkpoint, ModelProgram> rounded,
    Set<String> keptNorms)
    implements Quantizer {

  // A record holds on every processor.
  private static final int FEWEST_BITS = 7;

  private static final Logger LOG = LoggerFactory.getLogger(Int8Quantizer.class);

  @Override
  public void check(Checkpoint checkpoint) {
    if (StoredInt8.isIn(checkpoint.config())) {
      throw new ModelLoadException(
          checkpoint.config().file(),
          "the weights are stored in int8 already; there is nothing left to quantize");
    }
  }

  @Override
  public int quantize(
      NativeRuntime runtime, Checkpoint checkpoint, Path target, IntConsumer progress)
      throws IOException {
    check(checkpoint);
    ModelProgram from = stored.apply(checkpoint);
    from.weights().check(checkpoint);
    from.weights()
        .required()
        .forEach(spec -> FiniteWeights.require(checkpoint.tensor(spec.stored())));
    Program program =
        runtime.call(() -> from.empty(Device.cpu(), Precision.F32, MatmulKernel.PLAIN));
    List<TensorData> tensors;
    Set<String> unrounded;
    try {
      Int8Comparison comparison = runtime.call(() -> compared(runtime, from, program, checkpoint));
      LOG.info("{}: {}", checkpoint.directory(), comparison.describe());
      Int8Tensors int8 =
          new Int8Tensors(
              runtime, program, from, rounded.apply(checkpoint), keptNorms, comparison, progress);
      tensors = int8.of(checkpoint);
      unrounded = int8.unrounded();
      SafetensorsWriter.write(
          target.resolve(CheckpointFiles.WEIGHTS), Map.of("format", "pt"), tensors);
    } finally {
      runtime.release(program::close);
    }
    writeConfig(checkpoint, unrounded, target);
    checkpoint.requireUnchanged();
    return tensors.size();
  }

  @Override
  public Int8Comparison compare(NativeRuntime runtime, Checkpoint checkpoint) {
    return compare(
        runtime, checkpoint, from -> from.empty(Device.cpu(), Precision.F32, MatmulKernel.PLAIN));
  }

  @Override
  public double record(NativeRuntime runtime, Checkpoint checkpoint) throws IOException {
    Int8Record.requireWorthwhile(checkpoint);
    Int8Comparison comparison =
        compare(
            runtime,
            checkpoint,
            from -> from.empty(Device.cpu(), Precision.F32, MatmulKernel.PLAIN, FEWEST_BITS));
    Int8Record.of(checkpoint, comparison).write(checkpoint.directory());
    return comparison.largestLoss();
  }

  private Int8Comparison compare(
      NativeRuntime runtime, Checkpoint checkpoint, Function<ModelProgram, Program> empty) {
    check(checkpoint);
    ModelProgram from = stored.apply(checkpoint);
    from.weights().check(checkpoint);
    return runtime.call(
        () -> {
          try (Program program = empty.apply(from)) {
            return compared(runtime, from, program, checkpoint);
          }
        });
  }

  private static Int8Comparison compared(
      NativeRuntime runtime, ModelProgram from, Program program, Checkpoint checkpoint) {
    return new Int8Products(runtime, from, checkpoint, program).compare();
  }

  private static void writeConfig(Checkpoint checkpoint, Set<String> unrounded, Path target)
      throws IOException {
    JsonObject config = StrictJson.read(checkpoint.config().file());
    JsonObject settings = new JsonObject();
    settings.addProperty(ConfigFile.QUANT_METHOD, StoredInt8.METHOD);
    if (!unrounded.isEmpty()) {
      JsonArray modules = new JsonArray();
      unrounded.stream().map(StoredInt8::moduleOf).sorted().forEach(modules::add);
      settings.add(StoredInt8.UNROUNDED, modules);
    }
    JsonObject digests = new JsonObject();
    checkpoint
        .tensorFiles()
        .forEach(
            file -> digests.addProperty(file.getFileName().toString(), checkpoint.sha256(file)));
    settings.add("source_sha256", digests);
    config.add(ConfigFile.QUANTIZATION, settings);
    Files.writeString(target.resolve(CheckpointFiles.CONFIG), StrictJson.print(config));
  }
}
