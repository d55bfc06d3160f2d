package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each module that applications use has a name of its own on the module path. */
class ModuleNamesTest {

  private static final Path REPOSITORY = Path.of("..");
  private static final Pattern MODULE = Pattern.compile("<artifactId>(l2s-(?!bom)[^<]+)<");
  private static final Pattern NAME =
      Pattern.compile("<Automatic-Module-Name>(io\\.l2s(?:\\.[a-z][a-z0-9]*)+)<");

  @Test
  void eachModuleOfTheBomHasAName() throws IOException {
    List<String> modules = groups(MODULE, REPOSITORY.resolve("l2s-bom").resolve("pom.xml"));
    assertThat(modules).contains("l2s-core", "l2s-spring-boot4-starter", "l2s-openai-endpoint");
    List<String> names = new ArrayList<>();
    for (String module : modules) {
      List<String> own = groups(NAME, REPOSITORY.resolve(module).resolve("pom.xml"));
      assertThat(own).as("Automatic-Module-Name in %s/pom.xml", module).hasSize(1);
      names.addAll(own);
    }
    assertThat(names).doesNotHaveDuplicates();
  }

  private static List<String> groups(Pattern pattern, Path file) throws IOException {
    return pattern.matcher(Files.readString(file)).results().map(each -> each.group(1)).toList();
  }
}
