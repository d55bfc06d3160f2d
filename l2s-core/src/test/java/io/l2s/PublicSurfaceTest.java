package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which types are for users, and that no other type is public without need. */
class PublicSurfaceTest {

  private static final Path LIST = Path.of("src/test/resources/public-surface.txt");

  /** The command line or the starter alone uses these. */
  private static final Set<String> FOR_HOSTS = Set.of("io.l2s.serving.AnswerText");

  /** Users may pass them on; what they offer is for l2s itself. */
  private static final Set<String> OPAQUE =
      Set.of(
          "io.l2s.checkpoint.ConfigFile",
          "io.l2s.checkpoint.TensorEntry",
          "io.l2s.checkpoint.TokenDefaults",
          "io.l2s.engine.ComputeThreads",
          "io.l2s.model.ModelFamily");

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.l2s");

  @Test
  void theListIsSortedAndNamesPublicTypes() throws IOException {
    List<String> exported = Files.readAllLines(LIST);
    assertThat(exported).isSorted().doesNotHaveDuplicates();
    assertThat(publicTypes().map(JavaClass::getName)).containsAll(exported);
  }

  @Test
  void aTypeThatIsNotForUsersIsPublicOnlyWhereAnotherPackageNeedsIt() throws IOException {
    Set<String> needless = needless(exported());
    needless.removeAll(FOR_HOSTS);
    assertThat(needless).as("to be package-private, or to be listed in %s", LIST).isEmpty();
  }

  @Test
  void aTypeThatNoPackageNeedsIsFound() {
    assertThat(needless(Set.of()))
        .contains("io.l2s.evaluation.Bleu")
        .doesNotContain("io.l2s.engine.NativeRuntime");
  }

  @Test
  void aTypeForUsersGivesAndTakesOnlyTypesForUsers() throws IOException {
    assertThat(leaks(exported())).isEmpty();
  }

  @Test
  void aTypeThatIsGivenAndNotForUsersIsFound() {
    assertThat(leaks(Set.of("io.l2s.engine.NativeRuntime")))
        .contains("io.l2s.engine.NativeRuntime shows io.l2s.engine.ThreadOptions");
  }

  private static Set<String> exported() throws IOException {
    return Set.copyOf(Files.readAllLines(LIST));
  }

  private static Stream<JavaClass> publicTypes() {
    return PRODUCTION.stream()
        .filter(JavaClass::isTopLevelClass)
        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC));
  }

  private static Set<String> needless(Set<String> exported) {
    return publicTypes()
        .filter(type -> !isNeededElsewhere(type))
        .map(JavaClass::getName)
        .filter(name -> !exported.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isNeededElsewhere(JavaClass type) {
    return PRODUCTION.stream()
        .filter(other -> !other.getPackageName().equals(type.getPackageName()))
        .flatMap(other -> other.getDirectDependenciesFromSelf().stream())
        .anyMatch(dependency -> topLevel(dependency.getTargetClass()).equals(type));
  }

  private static Set<String> leaks(Set<String> exported) {
    Set<String> leaks = new TreeSet<>();
    publicTypes()
        .filter(type -> exported.contains(type.getName()))
        .forEach(
            type ->
                shown(type)
                    .filter(other -> !exported.contains(other) && !OPAQUE.contains(other))
                    .forEach(other -> leaks.add(type.getName() + " shows " + other)));
    return leaks;
  }

  /** Types of l2s in the signatures of what users may call on {@code type} and its members. */
  private static Stream<String> shown(JavaClass type) {
    return PRODUCTION.stream()
        .filter(each -> topLevel(each).equals(type) && isVisible(each.getModifiers()))
        .flatMap(
            each ->
                Stream.concat(
                    each.getCodeUnits().stream()
                        .filter(unit -> isVisible(unit.getModifiers()))
                        .flatMap(PublicSurfaceTest::types),
                    each.getFields().stream()
                        .filter(field -> isVisible(field.getModifiers()))
                        .flatMap(field -> field.getType().getAllInvolvedRawTypes().stream())))
        .map(PublicSurfaceTest::topLevel)
        .map(JavaClass::getName)
        .filter(name -> name.startsWith("io.l2s."))
        .distinct();
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static Stream<JavaClass> types(JavaCodeUnit unit) {
    return Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream())
        .map(JavaType::getAllInvolvedRawTypes)
        .flatMap(Collection::stream);
  }

  private static JavaClass topLevel(JavaClass type) {
    JavaClass outer = type.getBaseComponentType();
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }
}
