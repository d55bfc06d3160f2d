package io.l2s.assembly;

import io.l2s.Precision;
import io.l2s.engine.DeviceSpec;

/**
 * Where, in which number format and in which memory a component runs.
 *
 * @param copyWeights whether weights are copied into memory of the process; else those that need no
 *     conversion are read where they lie, mapped, except in bf16, so that they load at once and
 *     processes share them, but the files must not be written to
 */
public record ComponentOptions(DeviceSpec device, Precision precision, boolean copyWeights) {

  /** The first GPU, else the CPU, and the number format that suits it and the model. */
  public static final ComponentOptions AUTO = new ComponentOptions(DeviceSpec.AUTO, Precision.AUTO);

  /** With mapped weights. */
  public ComponentOptions(DeviceSpec device, Precision precision) {
    this(device, precision, false);
  }
}
