package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code that docs/adding-a-family.md quotes is the code that stands in the sources. */
class FamilyGuideTest {

  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();
  private static final Path GUIDE = REPOSITORY.resolve("docs/adding-a-family.md");
  private static final List<Path> FAMILY =
      List.of(
          REPOSITORY.resolve("l2s-core/src/main/java/io/l2s/model/bart"),
          REPOSITORY.resolve("l2s-core/src/main/resources/io/l2s/model/bart"));

  private final List<String> checked = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  @Test
  void quotedLinesStandInTheirFiles() throws IOException {
    Set<String> files = new TreeSet<>();
    String fence = "";
    Path file = GUIDE;
    for (String line : Files.readAllLines(GUIDE)) {
      if (line.startsWith("```")) {
        fence = fence.isEmpty() ? line : "";
        file = fence.matches("```(java|python) \\S+") ? ofFamily(fence.split(" ")[1]) : GUIDE;
      } else if (fence.startsWith("```diff")) {
        if (line.startsWith("+++ b/")) {
          file = REPOSITORY.resolve(line.substring("+++ b/".length()));
        } else if (line.matches("[+ ].*") && !line.startsWith("+++")) {
          check(file, line.substring(1));
        }
      } else if (fence.matches("```(java|python).*")) {
        check(file, line);
      }
      files.add(file.getFileName().toString());
    }

    assertThat(missing).isEmpty();
    assertThat(checked).hasSizeGreaterThan(50);
    assertThat(files)
        .contains(
            "BartConfig.java",
            "BartWeights.java",
            "BartFamily.java",
            "bart.py",
            "ModelFamilies.java",
            "ArchitectureTest.java");
  }

  private static Path ofFamily(String name) {
    return FAMILY.stream()
        .map(directory -> directory.resolve(name))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(GUIDE + " quotes " + name + ", not found"));
  }

  private void check(Path file, String quoted) {
    String line = quoted.strip();
    if (line.isEmpty()) {
      return;
    }
    checked.add(line);
    // A block that names no file would check nothing.
    if (file.equals(GUIDE) || !lines(file).contains(line)) {
      missing.add(REPOSITORY.relativize(file) + ": " + line);
    }
  }

  private static Set<String> lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(String::strip).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }
}
