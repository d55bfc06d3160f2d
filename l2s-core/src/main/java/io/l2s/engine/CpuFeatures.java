package io.l2s.engine;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** What the processor can do, as far as it decides on number formats. */
public final class CpuFeatures {

  private static final Path LINUX = Path.of("/proc/cpuinfo");
  private static final Set<String> BF16_FLAGS = Set.of("avx512_bf16", "amx_bf16");

  private CpuFeatures() {}

  /** Whether the processor multiplies bf16 in hardware; {@code false} where that is not known. */
  public static boolean hasBf16() {
    if (!Files.isReadable(LINUX)) {
      return false;
    }
    try (var lines = Files.lines(LINUX)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> Set.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+")))
          .map(flags -> BF16_FLAGS.stream().anyMatch(flags::contains))
          .orElse(false);
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** The number format that {@code wanted} stands for on {@code device}; never AUTO. */
  public static Precision resolve(Precision wanted, Device device) {
    if (wanted != Precision.AUTO) {
      return wanted;
    }
    return device.isGpu() || hasBf16() ? Precision.BF16 : Precision.F32;
  }
}
