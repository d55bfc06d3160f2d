package io.l2s.engine;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the processor can do, as far as it decides on number formats. */
public final class CpuFeatures {

  private static final Path LINUX = Path.of("/proc/cpuinfo");
  private static final Set<String> BF16_FLAGS = Set.of("avx512_bf16", "amx_bf16");
  private static final Set<String> VNNI_FLAGS = Set.of("avx512_vnni", "avx_vnni");

  private static final Set<String> X86 = Set.of("amd64", "x86_64");

  private static final long FEW_WEIGHTS = 2_000_000;

  private CpuFeatures() {}

  /** Whether the processor multiplies bf16 in hardware; {@code false} where that is not known. */
  public static boolean hasBf16() {
    return hasAny(BF16_FLAGS);
  }

  /**
   * Whether the processor adds up products of 8-bit integers in one instruction without overflow;
   * {@code false} where that is not known. Without it int8 works with one bit less.
   */
  public static boolean hasVnni() {
    return hasAny(VNNI_FLAGS);
  }

  /** Whether the engine's 8-bit products are made for the processor: any x86 of 64 bits. */
  public static boolean isX86() {
    return X86.contains(System.getProperty("os.arch"));
  }

  private static boolean hasAny(Set<String> wanted) {
    if (!Files.isReadable(LINUX)) {
      return false;
    }
    try (var lines = Files.lines(LINUX)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> List.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+")))
          .map(flags -> wanted.stream().anyMatch(flags::contains))
          .orElse(false);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The number format that {@code wanted} stands for; never AUTO. AUTO is bf16 on a GPU. On a CPU
   * it is f32 for a model of few weights, which stay in the cache, so that a smaller format gains
   * nothing; else int8 where the processor has the instructions, else bf16 where it has those.
   *
   * @param weights number of weights of the model
   */
  public static Precision resolve(Precision wanted, Device device, long weights) {
    if (wanted != Precision.AUTO) {
      return wanted;
    }
    if (device.isGpu()) {
      return Precision.BF16;
    }
    if (weights < FEW_WEIGHTS) {
      return Precision.F32;
    }
    return hasVnni() ? Precision.INT8 : hasBf16() ? Precision.BF16 : Precision.F32;
  }
}
