package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuListTest {

  @TempDir private Path directory;

  private Path status(String... lines) throws IOException {
    return Files.write(directory.resolve("status"), List.of(lines));
  }

  @Test
  void rangesAndSingleNumbersAreRead() throws IOException {
    CpuList list = CpuList.allowed(status("Name:\tjava", "Cpus_allowed_list:\t0-3,8"));
    assertThat(list.numbers().stream().boxed()).containsExactly(0, 1, 2, 3, 8);
    assertThat(list.count()).isEqualTo(5);
  }

  @Test
  void linesOfItsCoresAreContained() {
    CpuList list = CpuList.parse("0-3,8");
    assertThat(List.of("cpu0 1 2", "cpu3 1 2", "cpu8 1 2")).allMatch(list::contains);
    assertThat(List.of("cpu  1 2", "cpu4 1 2", "cpu80 1 2")).noneMatch(list::contains);
  }

  @Test
  void aFileThatDoesNotSayGivesNone() throws IOException {
    assertThat(CpuList.allowed(directory.resolve("missing")).count()).isZero();
    assertThat(CpuList.allowed(status("Name:\tjava")).count()).isZero();
    assertThat(CpuList.allowed(status("Cpus_allowed_list:\tall")).count()).isZero();
  }
}
