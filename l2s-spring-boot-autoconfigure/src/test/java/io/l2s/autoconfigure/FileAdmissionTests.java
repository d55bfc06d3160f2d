package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.l2s.HybridLanguageModel;
import io.l2s.ServingOptions;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Where models may lie, and which digests they must have; no weights are loaded. */
class FileAdmissionTests {

  private static final Path FIXTURES = Path.of("../l2s-core/src/test/resources/fixtures");
  private static final Path DIGESTED =
      Path.of("../l2s-test/src/main/resources/io/l2s/test/tiny-pair");

  @TempDir private Path temporary;
  private Path root;
  private Path elsewhere;

  @BeforeEach
  void copy() throws IOException {
    root = Files.createDirectory(temporary.resolve("models"));
    elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    copy(DIGESTED, root.resolve("pair"));
    copy(DIGESTED, elsewhere.resolve("pair"));
  }

  @Test
  void aModelInAnAllowedDirectoryIsTaken() {
    allowing(root).withPropertyValues("l2s.bundle=" + root.resolve("pair")).run(this::accepted);
  }

  @Test
  void aModelElsewhereIsRefusedWithLocationDirectoriesAndRemedy() {
    ModelConfigurationException failure = refused(allowing(root), elsewhere.resolve("pair"));

    assertThat(failure)
        .hasMessageContaining("l2s.bundle is '" + elsewhere.resolve("pair") + "'")
        .hasMessageContaining("outside the allowed directories [" + real(root) + "]");
    assertThat(failure.remedy()).contains("l2s.allowed-roots");
  }

  @Test
  void aPathThatClimbsOutIsRefused() {
    assertThat(refused(allowing(root), root.resolve("../elsewhere/pair")))
        .hasMessageContaining(real(elsewhere.resolve("pair")));
  }

  @Test
  void aSymbolicLinkCountsByWhatItLeadsTo() throws IOException {
    Path out = Files.createSymbolicLink(root.resolve("link"), elsewhere.resolve("pair"));
    Path in = Files.createSymbolicLink(elsewhere.resolve("link"), root.resolve("pair"));

    assertThat(refused(allowing(root), out))
        .hasMessageContaining("which leads to " + real(elsewhere.resolve("pair")));
    allowing(root).withPropertyValues("l2s.bundle=" + in).run(this::accepted);
  }

  @Test
  void aWeightFileThatIsALinkElsewhereIsRefused() throws IOException {
    Path weights = root.resolve("pair/slm/model.safetensors");
    Files.delete(weights);
    Files.createSymbolicLink(weights, elsewhere.resolve("pair/slm/model.safetensors"));

    assertThat(refused(allowing(root), root.resolve("pair")))
        .hasMessageContaining("model.safetensors of model default is")
        .hasMessageContaining(real(elsewhere.resolve("pair/slm/model.safetensors")));
  }

  @Test
  void aBundleWhosePartLiesElsewhereIsRefused() {
    Path bundle = FIXTURES.resolve("hybrid-a-t5-t5-add");

    assertThat(refused(allowing(bundle), bundle)).hasMessageContaining("t5-llm");
    allowing(FIXTURES).withPropertyValues("l2s.bundle=" + bundle).run(this::accepted);
  }

  @Test
  void anAllowedDirectoryMustBeThere() {
    Models.RUNNER
        .withPropertyValues("l2s.allowed-roots=" + temporary.resolve("none"))
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOfSatisfying(
                        InvalidConfigurationPropertyValueException.class,
                        failure -> assertThat(failure.getName()).isEqualTo("l2s.allowed-roots")));
  }

  @Test
  void aModelOfTheFactoryIsCheckedBeforeItLoads() {
    allowing(root)
        .run(
            context -> {
              HybridLanguageModelFactory factory =
                  context.getBean(HybridLanguageModelFactory.class);
              assertThatThrownBy(
                      () ->
                          factory.create(
                              "tiny",
                              BundleReader.open(elsewhere.resolve("pair")),
                              ServingOptions.STANDARD))
                  .isInstanceOf(ModelConfigurationException.class)
                  .hasMessageContaining("model tiny");
            });
  }

  @Test
  void aBundleWithADigestForEachFileIsTaken() {
    digests().withPropertyValues("l2s.bundle=" + root.resolve("pair")).run(this::accepted);
  }

  @Test
  void aFileWithoutDigestIsRefused() throws IOException {
    Files.writeString(root.resolve("pair/llm/chat_template.jinja"), "{{ messages }}");

    ModelConfigurationException failure = refused(digests(), root.resolve("pair"));

    assertThat(failure)
        .hasMessageContaining("l2s.json has no sha256 entry for")
        .hasMessageContaining("chat_template.jinja")
        .hasMessageNotContaining("config.json");
    assertThat(failure.remedy()).contains("l2s.require-digests");
  }

  @Test
  void aBundleWithoutDigestsIsRefused() {
    assertThat(refused(digests(), FIXTURES.resolve("hybrid-a-t5-t5-add")))
        .hasMessageContaining("projector.safetensors")
        .hasMessageContaining("t5-llm");
  }

  @Test
  void partsWithLocationsOfTheirOwnHaveNoDigests() {
    digests()
        .withPropertyValues("l2s.llm.location=" + FIXTURES.resolve("t5-llm"))
        .run(
            context -> {
              ModelConfigurationException failure =
                  failure(() -> context.getBean(ModelFiles.class));
              assertThat(failure).hasMessageContaining("parts of model default");
              assertThat(failure.remedy()).contains("l2s.bundle");
            });
  }

  @Test
  void theClassPathIsAlwaysAllowed() {
    FileAdmission admission = new FileAdmission(List.of(root.toString()), false);
    assertThatThrownBy(() -> admission.requireAllowed("l2s.bundle", "x", elsewhere.resolve("pair")))
        .isInstanceOf(ModelConfigurationException.class);

    admission.allowClasspath(elsewhere.resolve("pair"));

    admission.requireAllowed("l2s.bundle", "x", elsewhere.resolve("pair"));
  }

  /** With a model of the application, so that nothing loads before a test asks for it. */
  private static ApplicationContextRunner idle() {
    return Models.RUNNER.withBean(HybridLanguageModel.class, OwnBeansTests.EchoModel::new);
  }

  private static ApplicationContextRunner allowing(Path root) {
    return idle().withPropertyValues("l2s.allowed-roots=" + root);
  }

  private static ApplicationContextRunner digests() {
    return idle().withPropertyValues("l2s.require-digests=true");
  }

  private void accepted(AssertableApplicationContext context) {
    assertThat(context.getBean(ModelFiles.class).llm()).isDirectory();
  }

  private static ModelConfigurationException refused(ApplicationContextRunner runner, Path bundle) {
    ModelConfigurationException[] failure = new ModelConfigurationException[1];
    runner
        .withPropertyValues("l2s.bundle=" + bundle)
        .run(context -> failure[0] = failure(() -> context.getBean(ModelFiles.class)));
    return failure[0];
  }

  private static ModelConfigurationException failure(Runnable creation) {
    Throwable cause = catchThrowableOfType(RuntimeException.class, creation::run);
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    assertThat(cause).isInstanceOf(ModelConfigurationException.class);
    return (ModelConfigurationException) cause;
  }

  private static String real(Path path) {
    try {
      return path.toRealPath().toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
