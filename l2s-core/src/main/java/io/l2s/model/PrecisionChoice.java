package io.l2s.model;

import ai.djl.Device;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.DeviceSpec;
import java.util.Locale;

/** Chooses the number format in which a model runs; the same for every family. */
public final class PrecisionChoice {

  private PrecisionChoice() {}

  /**
   * The number format in which {@code checkpoint} serves; never AUTO.
   *
   * @throws ModelLoadException if the device or the stored weights do not allow {@code wanted}
   */
  public static Precision serving(Checkpoint checkpoint, Device device, Precision wanted) {
    return serving(checkpoint, device, wanted, CpuFeatures.current());
  }

  /** The same on a machine with {@code processor}. */
  public static Precision serving(
      Checkpoint checkpoint, Device device, Precision wanted, CpuFeatures processor) {
    boolean stored = StoredInt8.isIn(checkpoint.config());
    if (stored && wanted != Precision.AUTO && wanted != Precision.INT8) {
      throw new ModelLoadException(
          checkpoint.config().file(),
          "the weights are stored in int8, but the precision asked for is "
              + wanted.name().toLowerCase(Locale.ROOT)
              + "; choose int8 or auto, or the checkpoint that this one was made of");
    }
    Precision resolved =
        stored ? Precision.INT8 : processor.resolve(wanted, device, checkpoint.parameters());
    if (resolved == Precision.INT8 && device.isGpu()) {
      throw new ModelLoadException(
          checkpoint.config().file(),
          "precision int8 runs on CPUs only, but the device is "
              + DeviceSpec.of(device)
              + "; choose bf16 or auto, or the device cpu");
    }
    if (resolved == Precision.INT8 && !processor.runsInt8()) {
      throw new ModelLoadException(
          checkpoint.config().file(),
          "precision int8 runs on x86 processors with AVX2 only, but this one has "
              + processor.describe()
              + "; choose f32, bf16 or auto"
              + (stored ? ", and the checkpoint that this one was made of" : ""));
    }
    return resolved;
  }

  /** The number format of the products in training that {@code wanted} means on this machine. */
  public static Precision training(Precision wanted) {
    if (wanted != Precision.AUTO) {
      return wanted;
    }
    return CpuFeatures.current().hasBf16() ? Precision.BF16 : Precision.F32;
  }
}
