package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The starter uses the core as an application can: by the types that are for users. */
class CoreSurfaceTests {

  private static final String OWN = "io.l2s.autoconfigure";

  @Test
  void theStarterUsesOnlyTypesForUsers() throws IOException {
    Set<String> exported =
        Set.copyOf(
            Files.readAllLines(Path.of("../l2s-core/src/test/resources/public-surface.txt")));

    Set<String> used = usedOfTheCore();

    assertThat(used).contains("io.l2s.HybridLanguageModel", "io.l2s.engine.NativeRuntime");
    assertThat(exported).containsAll(used);
  }

  private static Set<String> usedOfTheCore() {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(OWN).stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .map(Dependency::getTargetClass)
            .map(CoreSurfaceTests::topLevel)
            .map(JavaClass::getName)
            .filter(name -> name.startsWith("io.l2s.") && !name.startsWith(OWN))
            .collect(Collectors.toCollection(TreeSet::new));
  }

  private static JavaClass topLevel(JavaClass type) {
    JavaClass outer = type.getBaseComponentType();
    return outer.getEnclosingClass().map(CoreSurfaceTests::topLevel).orElse(outer);
  }
}
