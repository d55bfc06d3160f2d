package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.l2s.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuFeaturesTest {

  private static final long MANY = 60_000_000;

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "avx2,                          INT8",
    "avx2 avx512f avx512_vnni,      INT8",
    "avx2 avx_vnni,                 INT8",
    "avx2 avx512f avx512_bf16,      BF16",
    "avx2 avx512_vnni avx512_bf16,  INT8",
    "sse4_2 avx,                    F32",
  })
  void autoFollowsTheInstructionsOfAnX86(String flags, Precision expected) {
    CpuFeatures processor =
        new CpuFeatures(true, Optional.empty(), Optional.of(Set.of(flags.split(" "))));

    assertThat(processor.resolve(Precision.AUTO, Device.cpu(), MANY)).isEqualTo(expected);
  }

  @Test
  void autoIsFloat32ForSmallModels() {
    CpuFeatures vnni =
        new CpuFeatures(true, Optional.empty(), Optional.of(Set.of("avx2", "avx512_vnni")));
    CpuFeatures avx2 = new CpuFeatures(true, Optional.empty(), Optional.of(Set.of("avx2")));

    assertThat(vnni.resolve(Precision.AUTO, Device.cpu(), 1_000_000)).isEqualTo(Precision.F32);
    assertThat(vnni.resolve(Precision.AUTO, Device.cpu(), 4_000_000)).isEqualTo(Precision.INT8);
    assertThat(avx2.resolve(Precision.AUTO, Device.cpu(), 1_000_000)).isEqualTo(Precision.F32);
  }

  @Test
  void autoIsFloat32WhereTheInstructionsAreNotKnown() {
    assertThat(
            new CpuFeatures(true, Optional.empty(), Optional.empty())
                .resolve(Precision.AUTO, Device.cpu(), MANY))
        .isEqualTo(Precision.F32);
  }

  @Test
  void onlyThe512BitFormOfVnniCounts() {
    assertThat(
            new CpuFeatures(true, Optional.empty(), Optional.of(Set.of("avx2", "avx512_vnni")))
                .hasVnni())
        .isTrue();
    assertThat(
            new CpuFeatures(true, Optional.empty(), Optional.of(Set.of("avx2", "avx_vnni")))
                .hasVnni())
        .isFalse();
  }

  @Test
  void autoIsBf16OnAGpu() {
    assertThat(
            new CpuFeatures(true, Optional.empty(), Optional.of(Set.of("avx2", "avx512_vnni")))
                .resolve(Precision.AUTO, Device.gpu(0), MANY))
        .isEqualTo(Precision.BF16);
  }

  @Test
  void int8RunsOnAnX86WithAvx2OrOfUnknownInstructions() {
    assertThat(new CpuFeatures(true, Optional.empty(), Optional.of(Set.of("avx2"))).runsInt8())
        .isTrue();
    assertThat(new CpuFeatures(true, Optional.empty(), Optional.empty()).runsInt8()).isTrue();
    assertThat(new CpuFeatures(true, Optional.empty(), Optional.of(Set.of("avx"))).runsInt8())
        .isFalse();
    assertThat(new CpuFeatures(false, Optional.empty(), Optional.of(Set.of("asimd"))).runsInt8())
        .isFalse();
  }

  @Test
  void oneDnnIsForProcessorsWithAvx2ThatAreKnownNotToBeIntels() {
    Optional<Set<String>> avx2 = Optional.of(Set.of("avx2"));

    assertThat(new CpuFeatures(true, Optional.of("AuthenticAMD"), avx2).prefersOneDnn(MANY))
        .isTrue();
    assertThat(new CpuFeatures(true, Optional.of("GenuineIntel"), avx2).prefersOneDnn(MANY))
        .isFalse();
    assertThat(new CpuFeatures(true, Optional.empty(), avx2).prefersOneDnn(MANY)).isFalse();
    assertThat(
            new CpuFeatures(true, Optional.of("AuthenticAMD"), Optional.of(Set.of("avx")))
                .prefersOneDnn(MANY))
        .isFalse();
    assertThat(new CpuFeatures(false, Optional.of("ARM"), avx2).prefersOneDnn(MANY)).isFalse();
  }

  @Test
  void oneDnnIsNotForSmallModels() {
    CpuFeatures amd =
        new CpuFeatures(true, Optional.of("AuthenticAMD"), Optional.of(Set.of("avx2")));

    assertThat(amd.prefersOneDnn(2_000_000)).isTrue();
    assertThat(amd.prefersOneDnn(1_999_999)).isFalse();
  }

  @Test
  void theFirstCoresMakerIsRead(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("cpuinfo");
    Files.writeString(file, "processor\t: 0\nvendor_id\t: AuthenticAMD\nvendor_id\t: other\n");

    assertThat(CpuFeatures.vendor(file)).contains("AuthenticAMD");
    assertThat(CpuFeatures.vendor(directory.resolve("missing"))).isEmpty();

    Files.writeString(file, "processor\t: 0\nvendor_id\t: unknown\n");
    assertThat(CpuFeatures.vendor(file)).isEmpty();
  }

  @Test
  void theFirstCoresFlagsAreRead(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("cpuinfo");
    Files.writeString(file, "processor\t: 0\nflags\t\t: fpu  avx2 avx2\n\nflags\t\t: other\n");

    assertThat(CpuFeatures.flags(file)).contains(Set.of("fpu", "avx2"));
    assertThat(CpuFeatures.flags(directory.resolve("missing"))).isEmpty();
  }
}
