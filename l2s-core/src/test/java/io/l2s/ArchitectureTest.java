package io.l2s;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {

  private static final String ROOT = "io.l2s";

  private static final Set<String> FAMILIES =
      Set.of("model.t5", "model.bart", "model.gpt2", "model.llama");

  /** Package below the root, and the packages that it may use beside itself and the root. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("evaluation", Set.of()),
          Map.entry("checkpoint", Set.of()),
          Map.entry("tokenizer", Set.of("checkpoint")),
          Map.entry("chat", Set.of("checkpoint")),
          Map.entry("engine", Set.of("checkpoint")),
          Map.entry("model", Set.of("engine", "checkpoint")),
          Map.entry("model.t5", Set.of("model", "engine", "checkpoint")),
          Map.entry("model.bart", Set.of("model", "engine", "checkpoint")),
          Map.entry("model.gpt2", Set.of("model", "engine", "checkpoint")),
          Map.entry("model.llama", Set.of("model", "engine", "checkpoint")),
          Map.entry("projector", Set.of("engine", "checkpoint")),
          Map.entry("hybrid", Set.of("model", "projector", "engine")),
          Map.entry("decoding", Set.of("model", "engine")),
          Map.entry(
              "serving",
              Set.of("decoding", "hybrid", "projector", "model", "engine", "tokenizer", "chat")),
          Map.entry(
              "training",
              Set.of(
                  "hybrid",
                  "projector",
                  "evaluation",
                  "model",
                  "engine",
                  "tokenizer",
                  "checkpoint")),
          Map.entry("conversion", Set.of("model", "engine", "checkpoint")),
          Map.entry(
              "assembly",
              Set.of(
                  "serving",
                  "chat",
                  "hybrid",
                  "projector",
                  "model.t5",
                  "model.bart",
                  "model.gpt2",
                  "model.llama",
                  "model",
                  "engine",
                  "tokenizer",
                  "checkpoint")),
          Map.entry("resilience", Set.of()));

  /** A row of the packages: three cells, of which the first begins with code. */
  private static final Pattern PACKAGE_ROW = Pattern.compile("\\| (`[^|]+) \\|[^|]+\\|([^|]+)\\|");

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void everyPackageHasItsPlace() {
    Set<String> found = new TreeSet<>();
    PRODUCTION.forEach(type -> found.add(type.getPackageName()));

    Set<String> known = new HashSet<>(Set.of(ROOT));
    MAY_USE.keySet().forEach(name -> known.add(ROOT + "." + name));
    assertThat(found).contains(ROOT, ROOT + ".engine", ROOT + ".serving").isSubsetOf(known);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesOnlyThoseItMayUse(String name) {
    String[] allowed =
        Stream.concat(Stream.of(name), MAY_USE.get(name).stream())
            .map(other -> ROOT + "." + other)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + "." + name)
        .should()
        .dependOnClassesThat(
            resideInAPackage(ROOT + ".*..")
                .and(describe("may not be used", type -> !resideInAnyPackage(allowed).test(type))))
        .check(PRODUCTION);
  }

  static Stream<String> packages() {
    return MAY_USE.keySet().stream().sorted();
  }

  @Test
  void theMapSaysWhatThisTestChecks() throws IOException {
    Map<String, Set<String>> written = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../docs/architecture.md"))) {
      Matcher row = PACKAGE_ROW.matcher(line);
      if (row.matches()) {
        Set<String> used = codeIn(row.group(2));
        codeIn(row.group(1)).forEach(name -> written.put(name, used));
      }
    }
    written.remove(ROOT);
    assertThat(written).isEqualTo(new TreeMap<>(MAY_USE));
  }

  private static Set<String> codeIn(String cell) {
    return CODE.matcher(cell)
        .results()
        .map(code -> code.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theRootUsesNoOtherPackageAndNoDjl() {
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .dependOnClassesThat(resideInAnyPackage(ROOT + ".*..", "ai.djl.."))
        .check(PRODUCTION);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("io.l2s.(**)").should().beFreeOfCycles().check(PRODUCTION);
  }

  @Test
  void onlyTheAssemblySeesModelFamilies() {
    String[] families =
        FAMILIES.stream().map(family -> ROOT + "." + family + "..").toArray(String[]::new);
    noClasses()
        .that()
        .resideOutsideOfPackages(families)
        .and()
        .resideOutsideOfPackage(ROOT + ".assembly..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(families)
        .check(PRODUCTION);
  }

  @Test
  void onlyTheEngineKnowsPyTorch() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".engine..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.pytorch..")
        .check(PRODUCTION);
  }

  @Test
  void onlyTheEngineMakesNativeManagersAndModels() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".engine..")
        .should()
        .accessTargetWhere(
            describe("makes a native manager or model", ArchitectureTest::makesNativeOwner))
        .check(PRODUCTION);
  }

  @Test
  void theEngineIsSeenToMakeNativeManagersAndModels() {
    Set<String> made = new TreeSet<>();
    for (JavaClass type : PRODUCTION) {
      type.getAccessesFromSelf().stream()
          .filter(ArchitectureTest::makesNativeOwner)
          .forEach(access -> made.add(access.getName()));
    }
    assertThat(made).containsExactly("newBaseManager", "newInstance");
  }

  @Test
  void tokenizersNeedNoNativeCode() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".tokenizer..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(PRODUCTION);
  }

  @Test
  void onlyResilienceKnowsResilience4j() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".resilience..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.github.resilience4j..")
        .check(PRODUCTION);
  }

  @Test
  void theCoreKnowsNoSpring() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.springframework..")
        .check(PRODUCTION);
  }

  @Test
  void classesAreNamedAfterWhatTheyAre() {
    classes().should().haveNameNotMatching(".*(Utils?|Helpers?|Common)(\\$.*)?").check(PRODUCTION);
  }

  private static boolean makesNativeOwner(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    return owner.isEquivalentTo(NDManager.class) && access.getName().equals("newBaseManager")
        || owner.isEquivalentTo(Model.class) && access.getName().equals("newInstance");
  }
}
