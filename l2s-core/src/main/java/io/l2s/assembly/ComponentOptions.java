package io.l2s.assembly;

import io.l2s.Precision;
import io.l2s.engine.DeviceSpec;

/** Where and in which number format a component runs. */
public record ComponentOptions(DeviceSpec device, Precision precision) {

  /** The first GPU, else the CPU, and the number format that suits it and the model. */
  public static final ComponentOptions AUTO = new ComponentOptions(DeviceSpec.AUTO, Precision.AUTO);
}
