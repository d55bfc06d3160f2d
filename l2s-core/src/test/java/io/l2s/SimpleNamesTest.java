package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The simple name of a public type is that of no other in all modules. */
class SimpleNamesTest {

  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "^public (?:abstract |final |sealed |non-sealed )*(?:class|record|enum|@?interface) (\\w+)",
          Pattern.MULTILINE);

  /** The adapters of two frameworks have the name that users of both expect; decision 009. */
  private static final String OF_TWO_FRAMEWORKS = "L2sChatModel";

  @Test
  void publicTypesOfAllModulesHaveDifferentNames() throws IOException {
    Map<String, List<Path>> files = new TreeMap<>();
    for (Path file : sources()) {
      Matcher type = PUBLIC_TYPE.matcher(Files.readString(file));
      while (type.find()) {
        files.computeIfAbsent(type.group(1), name -> new ArrayList<>()).add(file);
      }
    }
    assertThat(files).containsKeys("LlmEncoder", "HybridLanguageModelFactory", "L2sChatModel");
    files.values().removeIf(each -> each.size() == 1);
    assertThat(files).containsOnlyKeys(OF_TWO_FRAMEWORKS);
  }

  private static List<Path> sources() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> modules = Files.list(REPOSITORY)) {
      for (Path module : modules.map(each -> each.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(module)) {
          try (Stream<Path> all = Files.walk(module)) {
            all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
          }
        }
      }
    }
    return files;
  }
}
