package io.l2s.engine;

import ai.djl.Device;
import io.l2s.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The processor's features that decide on number formats. Immutable.
 *
 * @param x86 whether it is an x86 of 64 bits
 * @param vendor who made it, as Linux names it; empty where that is not known
 * @param flags the instructions it has, as Linux names them; empty where they are not known
 */
public record CpuFeatures(boolean x86, Optional<String> vendor, Optional<Set<String>> flags) {

  private static final Path LINUX = Path.of("/proc/cpuinfo");
  private static final Set<String> BF16_FLAGS = Set.of("avx512_bf16", "amx_bf16");
  // The engine's products know the 512-bit form alone; with avx_vnni they go by AVX2.
  private static final Set<String> VNNI_FLAGS = Set.of("avx512_vnni");
  private static final Set<String> AVX2_FLAGS = Set.of("avx2");

  private static final String INTEL = "GenuineIntel";
  private static final Set<String> X86 = Set.of("amd64", "x86_64");

  private static final long FEW_WEIGHTS = 2_000_000;

  private static final CpuFeatures CURRENT =
      new CpuFeatures(X86.contains(System.getProperty("os.arch")), vendor(LINUX), flags(LINUX));

  public CpuFeatures {
    flags = flags.map(Set::copyOf);
  }

  /** Those of the processor that this JVM runs on. */
  public static CpuFeatures current() {
    return CURRENT;
  }

  /** The features of the first core in a file in the format of Linux' {@code /proc/cpuinfo}. */
  static Optional<Set<String>> flags(Path file) {
    return value(file, "flags").map(flags -> Set.copyOf(List.of(flags.split("\\s+"))));
  }

  /** The first core's maker in a file in that format. */
  static Optional<String> vendor(Path file) {
    return value(file, "vendor_id")
        .filter(vendor -> !vendor.isEmpty() && !vendor.equals("unknown"));
  }

  private static Optional<String> value(Path file, String key) {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(key))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether it multiplies bf16 in hardware; {@code false} where that is not known. */
  public boolean hasBf16() {
    return hasAny(BF16_FLAGS);
  }

  /**
   * Whether the engine adds up products of 8-bit integers on it in one instruction without
   * overflow; {@code false} where that is not known. Without it int8 works with one bit less.
   */
  public boolean hasVnni() {
    return hasAny(VNNI_FLAGS);
  }

  /**
   * Whether the engine's 8-bit products run: on an x86 with AVX2, or one of which only the
   * architecture is known.
   */
  public boolean runsInt8() {
    return x86 && (flags.isEmpty() || hasAny(AVX2_FLAGS));
  }

  /**
   * Whether float32 products go by oneDNN instead of Intel's MKL, which the engine takes by itself:
   * MKL keeps its fast routines for few rows to Intel's processors. With few weights MKL is faster
   * all the same. docs/benchmarks.md has the measurement.
   *
   * @param weights number of weights of the model
   */
  public boolean prefersOneDnn(long weights) {
    return weights >= FEW_WEIGHTS
        && x86
        && hasAny(AVX2_FLAGS)
        && vendor.isPresent()
        && !vendor.get().equals(INTEL);
  }

  private boolean hasAny(Set<String> wanted) {
    return flags.filter(known -> wanted.stream().anyMatch(known::contains)).isPresent();
  }

  /**
   * The number format that {@code wanted} stands for; never AUTO. AUTO is bf16 on a GPU. On a CPU
   * it is f32 for a model of few weights, which stay in the cache, so that a smaller format gains
   * nothing; else int8 where the processor is known to have VNNI; else bf16 where it has those
   * instructions; else int8 where it is known to have AVX2. docs/benchmarks.md has the measurement.
   *
   * @param weights number of weights of the model
   */
  public Precision resolve(Precision wanted, Device device, long weights) {
    if (wanted != Precision.AUTO) {
      return wanted;
    }
    if (device.isGpu()) {
      return Precision.BF16;
    }
    if (weights < FEW_WEIGHTS) {
      return Precision.F32;
    }
    if (x86 && hasVnni()) {
      return Precision.INT8;
    }
    if (hasBf16()) {
      return Precision.BF16;
    }
    return x86 && hasAny(AVX2_FLAGS) ? Precision.INT8 : Precision.F32;
  }

  /** The consequences for number formats, in words. */
  public String describe() {
    String int8 =
        hasVnni() ? "int8 instructions" : runsInt8() ? "int8 by AVX2" : "no int8 instructions";
    return int8 + (hasBf16() ? ", bf16 instructions" : ", no bf16 instructions");
  }
}
