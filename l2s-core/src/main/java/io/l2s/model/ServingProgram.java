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

  /**
   * Bytes of {@code checkpoint}'s weights in the number format in which they run on {@code device};
   * no native engine. Products that only the comparison at load keeps out of int8 count as int8;
   * those that a stored checkpoint keeps out count in the format that they run in.
   *
   * @throws io.l2s.ModelLoadException if the device or the stored weights do not allow {@code
   *     wanted}
   */
  static long bytes(ModelProgram model, Checkpoint checkpoint, Device device, Precision wanted) {
    Precision precision = PrecisionChoice.serving(checkpoint, device, wanted);
    MatmulKernel kernel =
        MatmulKernel.of(precision, device, CpuFeatures.current(), checkpoint.parameters());
    long bytes =
        model
            .weights()
            .required()
            .mapToLong(spec -> spec.elements() * bytesOfOne(model, spec, checkpoint, precision))
            .sum();
    // A table that is multiplied by stays beside what is packed of it.
    boolean packs = precision == Precision.INT8 || kernel == MatmulKernel.ONEDNN;
    return bytes
        + model.groups().stream()
            .flatMap(group -> group.names().stream())
            .map(model::spec)
            .filter(spec -> packs && spec.kind() == WeightSpec.Kind.TABLE)
            .mapToLong(spec -> spec.elements() * (precision == Precision.INT8 ? 1 : Float.BYTES))
            .sum();
  }

  private static int bytesOfOne(
      ModelProgram model, WeightSpec spec, Checkpoint checkpoint, Precision precision) {
    if (spec.inFloat32() || precision == Precision.F32) {
      return Float.BYTES;
    } else if (precision == Precision.BF16) {
      return Short.BYTES;
    } else if (model.weights().unrounded(checkpoint).contains(spec.name())) {
      return Int8Products.other() == Precision.BF16 ? Short.BYTES : Float.BYTES;
    }
    // Tables are only looked up in, so they stay as they are stored.
    return spec.kind() == WeightSpec.Kind.PRODUCT
        ? 1
        : checkpoint.tensor(spec.stored()).type().bytes();
  }
}
