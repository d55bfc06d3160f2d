package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory as Linux tells of it in {@code proc} and {@code sys}. */
class LinuxMemoryTest {

  private static final long MIB = 1 << 20;

  @TempDir private Path root;

  @Test
  void withoutALimitTheMachinesMemoryCounts() throws IOException {
    machineHas(500);
    write("proc/self/cgroup", "0::/user.slice");
    write("sys/fs/cgroup/user.slice/memory.max", "max");
    write("sys/fs/cgroup/user.slice/memory.current", "1000");

    assertThat(available()).hasValue(500 * MIB);
  }

  @Test
  void aGroupsLimitCountsLessItsUseWithoutPagesOfFiles() throws IOException {
    machineHas(500);
    write("proc/self/cgroup", "0::/pod/main");
    write("sys/fs/cgroup/pod/main/memory.max", String.valueOf(300 * MIB));
    write("sys/fs/cgroup/pod/main/memory.current", String.valueOf(200 * MIB));
    write(
        "sys/fs/cgroup/pod/main/memory.stat",
        "anon " + 50 * MIB + "\ninactive_file " + 120 * MIB + "\nactive_file " + 20 * MIB);

    assertThat(available()).hasValue((300 - 200 + 120 + 20) * MIB);
  }

  @Test
  void aGroupAroundThisOneLimitsItToo() throws IOException {
    machineHas(500);
    write("proc/self/cgroup", "0::/pod/main");
    write("sys/fs/cgroup/pod/memory.max", String.valueOf(100 * MIB));
    write("sys/fs/cgroup/pod/memory.current", String.valueOf(40 * MIB));
    write("sys/fs/cgroup/pod/main/memory.max", "max");
    write("sys/fs/cgroup/pod/main/memory.current", String.valueOf(40 * MIB));

    assertThat(available()).hasValue(60 * MIB);
  }

  @Test
  void aContainerSeesItsGroupAtTheTop() throws IOException {
    machineHas(500);
    write("proc/self/cgroup", "12:cpu,cpuacct:/docker/ab\n7:memory:/docker/ab\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", String.valueOf(200 * MIB));
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", String.valueOf(150 * MIB));
    write(
        "sys/fs/cgroup/memory/memory.stat",
        "inactive_file " + MIB + "\ntotal_inactive_file " + 30 * MIB);

    assertThat(available()).hasValue((200 - 150 + 30) * MIB);
  }

  @Test
  void aGroupBeyondItsLimitLeavesNothing() throws IOException {
    machineHas(500);
    write("proc/self/cgroup", "0::/");
    write("sys/fs/cgroup/memory.max", String.valueOf(10 * MIB));
    write("sys/fs/cgroup/memory.current", String.valueOf(20 * MIB));

    assertThat(available()).hasValue(0);
  }

  @Test
  void nothingIsKnownWithoutTheseFiles() {
    assertThat(available()).isEmpty();
  }

  private OptionalLong available() {
    return new LinuxMemory(root).available();
  }

  private void machineHas(long mebibytes) throws IOException {
    write("proc/meminfo", "MemTotal:  9999 kB\nMemAvailable:   " + mebibytes * 1024 + " kB\n");
  }

  private void write(String file, String content) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
