package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeHeap;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads programs to serve; loading may be done on any thread. */
final class ServingProgram {

  /** Larger models leave so much freed memory behind that it is given back at once. */
  private static final long LARGE = 1_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(ServingProgram.class);

  private ServingProgram() {}

  /**
   * Loads the program of a checkpoint, whose file stays mapped until the program is closed.
   *
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  static Program load(ModelProgram model, Loading from) {
    Checkpoint checkpoint = from.checkpoint();
    Device device = from.on().device();
    Precision wanted = from.on().precision();
    Precision precision = PrecisionChoice.serving(checkpoint, device, wanted);
    CpuFeatures processor = CpuFeatures.current();
    MatmulKernel kernel = MatmulKernel.of(precision, device, processor, checkpoint.parameters());
    LOG.debug(
        "{}: {} on {} ({} asked for, {}{})",
        checkpoint.directory(),
        precision,
        DeviceSpec.of(device),
        wanted,
        processor.describe(),
        precision == Precision.F32 && kernel == MatmulKernel.ONEDNN ? ", products by oneDNN" : "");
    return load(model, from.on().runtime(), checkpoint, device, precision, kernel);
  }

  /**
   * The same in a number format that is not AUTO.
   *
   * @param kernel multiplies by float32 weights
   */
  static Program load(
      ModelProgram model,
      NativeRuntime runtime,
      Checkpoint checkpoint,
      Device device,
      Precision precision,
      MatmulKernel kernel) {
    model.weights().check(checkpoint);
    return runtime.open(
        () -> {
          Program program = model.empty(device, Precision.F32, kernel);
          try {
            if (precision == Precision.INT8) {
              makeReadyInInt8(model, runtime, program, checkpoint);
            } else {
              model.weights().put(program, checkpoint, precision);
              model.makeReady(program);
            }
            checkpoint.requireUnchanged();
            if (checkpoint.parameters() > LARGE) {
              NativeHeap.trim();
            }
            return program;
          } catch (RuntimeException | Error e) {
            program.close();
            throw e;
          }
        });
  }

  private static void makeReadyInInt8(
      ModelProgram model, NativeRuntime runtime, Program program, Checkpoint checkpoint) {
    Int8Products products = new Int8Products(runtime, model, checkpoint, program);
    if (StoredInt8.isIn(checkpoint.config())) {
      products.take();
      return;
    }
    Optional<Int8Record> record = Int8Record.find(checkpoint).filter(Int8Record::fits);
    if (record.isPresent()) {
      products.roundCompared();
      LOG.info(
          "{}: {}, by {}",
          checkpoint.directory(),
          Int8Comparison.describe(record.get().largestLoss()),
          CheckpointFiles.INT8_RECORD);
      return;
    }
    Int8Comparison comparison = products.round();
    LOG.info("{}: {}", checkpoint.directory(), comparison.describe());
  }
}
