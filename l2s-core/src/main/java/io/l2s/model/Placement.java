package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.engine.NativeRuntime;

/**
 * Where a model runs and in which number format.
 *
 * @param precision of its weights where the model serves, of its products where it learns; AUTO for
 *     what suits processor, device and model
 */
public record Placement(NativeRuntime runtime, Device device, Precision precision) {}
