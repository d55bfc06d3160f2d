package io.l2s.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The memory that Linux can still give to this process: {@code MemAvailable}, or what the process's
 * control groups leave of it, where that is less. Pages of files do not count as used, since Linux
 * gives them up when memory is short.
 *
 * @param root where {@code proc} and {@code sys} are mounted
 */
record LinuxMemory(Path root) {

  private static final int KIB = 1024;

  /** Pages that can be given up, in the words of both versions of control groups. */
  private static final Set<String> RECLAIMABLE =
      Set.of(
          "inactive_file",
          "active_file",
          "slab_reclaimable",
          "total_inactive_file",
          "total_active_file");

  /** The names of files in one version's directories of control groups. */
  private record Version(String limit, String usage, String reclaimablePrefix) {

    static final Version ONE =
        new Version("memory.limit_in_bytes", "memory.usage_in_bytes", "total_");
    static final Version TWO = new Version("memory.max", "memory.current", "");
  }

  /** Bytes; empty where the system does not say. */
  OptionalLong available() {
    List<Long> known = new ArrayList<>();
    for (String line : lines(root.resolve("proc/meminfo"))) {
      if (line.startsWith("MemAvailable:")) {
        number(line.replaceAll("\\D", "")).ifPresent(kib -> known.add(kib * KIB));
      }
    }
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      // Number, controllers and path; version 2 has the number 0 and names no controllers.
      String[] fields = line.split(":", 3);
      if (fields.length == 3 && fields[1].isEmpty()) {
        addGroups(known, root.resolve("sys/fs/cgroup"), fields[2], Version.TWO);
      } else if (fields.length == 3 && Set.of(fields[1].split(",")).contains("memory")) {
        addGroups(known, root.resolve("sys/fs/cgroup/memory"), fields[2], Version.ONE);
      }
    }
    return known.stream().mapToLong(bytes -> Math.max(0, bytes)).min();
  }

  /** Adds what the group and those around it leave. Within a container only the top is there. */
  private static void addGroups(List<Long> known, Path top, String path, Version version) {
    Path group = top.resolve(path.replaceFirst("^/+", "")).normalize();
    while (group != null && group.startsWith(top)) {
      OptionalLong limit = number(group.resolve(version.limit()));
      OptionalLong usage = number(group.resolve(version.usage()));
      if (limit.isPresent() && usage.isPresent()) {
        long used = usage.getAsLong() - reclaimable(group.resolve("memory.stat"), version);
        known.add(limit.getAsLong() - Math.max(0, used));
      }
      group = group.getParent();
    }
  }

  private static long reclaimable(Path statistics, Version version) {
    long bytes = 0;
    for (String line : lines(statistics)) {
      String[] fields = line.split(" ");
      boolean counts =
          fields.length == 2
              && RECLAIMABLE.contains(fields[0])
              && fields[0].startsWith(version.reclaimablePrefix());
      if (counts) {
        bytes += number(fields[1]).orElse(0);
      }
    }
    return bytes;
  }

  private static OptionalLong number(Path file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? OptionalLong.empty() : number(lines.get(0).strip());
  }

  /** Empty for {@code max}, which sets no limit. */
  private static OptionalLong number(String text) {
    return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file)
          ? Files.readAllLines(file, StandardCharsets.ISO_8859_1)
          : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
