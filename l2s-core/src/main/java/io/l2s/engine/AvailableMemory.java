package io.l2s.engine;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.MemoryUsage;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much memory devices can still give; a stub in tests, the machine in production. */
@FunctionalInterface
public interface AvailableMemory {

  /** Bytes that {@code device} can still give; empty where that is not known. */
  OptionalLong on(Device device);

  /**
   * That of this machine. On Linux the CPU's memory counts as far as no control group limits it;
   * other systems do not say. A GPU's is known where its runtime library answers.
   */
  static AvailableMemory ofMachine() {
    LinuxMemory linux = new LinuxMemory(Path.of("/"));
    return device -> device.isGpu() ? onGpu(device) : linux.available();
  }

  private static OptionalLong onGpu(Device device) {
    try {
      MemoryUsage usage = CudaUtils.getGpuMemory(device);
      return OptionalLong.of(usage.getMax() - usage.getCommitted());
    } catch (RuntimeException | LinkageError e) {
      return OptionalLong.empty();
    }
  }
}
