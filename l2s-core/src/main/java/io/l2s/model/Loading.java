package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.NativeRuntime;

/** A checkpoint, where it is to run, and in which number format. */
public record Loading(Checkpoint checkpoint, Placement on) {

  public Loading(NativeRuntime runtime, Checkpoint checkpoint, Device device, Precision precision) {
    this(checkpoint, new Placement(runtime, device, precision));
  }
}
