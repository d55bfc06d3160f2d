package io.l2s.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.stream.Stream;

/** Numbers of the cores that a process may run on, as Linux writes them: {@code 0-3,8}. */
record CpuList(BitSet numbers) {

  private static final String FIELD = "Cpus_allowed_list:";

  /** The list in a file in the format of {@code /proc/self/status}; empty where it has none. */
  static CpuList allowed(Path status) {
    if (!Files.isReadable(status)) {
      return new CpuList(new BitSet());
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(FIELD))
          .findFirst()
          .map(line -> parse(line.substring(FIELD.length())))
          .orElseGet(() -> new CpuList(new BitSet()));
    } catch (IOException | NumberFormatException e) {
      return new CpuList(new BitSet());
    }
  }

  static CpuList parse(String list) {
    BitSet numbers = new BitSet();
    for (String range : list.strip().split(",")) {
      String[] ends = range.split("-");
      numbers.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
    }
    return new CpuList(numbers);
  }

  int count() {
    return numbers.cardinality();
  }

  /** Whether a line of {@code /proc/stat} is that of one of these cores. */
  boolean contains(String line) {
    int end = line.indexOf(' ');
    return end > 3 && numbers.get(Integer.parseInt(line.substring(3, end)));
  }
}
