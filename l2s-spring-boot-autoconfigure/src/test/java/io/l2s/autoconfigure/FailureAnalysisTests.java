package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.DeviceUnavailableException;
import io.l2s.HybridLanguageModel;
import io.l2s.NativesLoadException;
import io.l2s.NativesMissingException;
import io.l2s.NativesVersionException;
import io.l2s.engine.AvailableMemory;
import io.l2s.engine.DeviceCatalog;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.LlmEncoder;
import io.l2s.projector.Projector;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/** The application's log when no model can start. */
class FailureAnalysisTests {

  @Test
  void withoutAnyModelTheTwoPropertiesAreNamed() {
    FailureAnalysis analysis = analyze(Models.RUNNER);
    assertThat(analysis.getDescription())
        .isEqualTo("No model is configured: neither l2s.bundle nor l2s.llm.location is set.");
    assertThat(analysis.getAction())
        .contains("Set l2s.bundle", "l2s.llm.location", "HybridLanguageModel bean");
  }

  @ParameterizedTest
  @CsvSource({"l2s.bundle", "l2s.llm.location"})
  void aMissingPathIsNamedWithItsProperty(String property) {
    FailureAnalysis analysis =
        analyze(Models.RUNNER.withPropertyValues(property + "=file:models/none"));
    assertThat(analysis.getDescription())
        .isEqualTo(
            property
                + " is 'file:models/none', but "
                + Path.of("models/none").toAbsolutePath()
                + " does not exist.");
    assertThat(analysis.getAction())
        .contains("Correct " + property, "working directory " + Path.of("").toAbsolutePath());
  }

  @Test
  void aValueThatNoLogShowsIsEscaped() {
    FailureAnalysis analysis =
        analyze(Models.RUNNER.withPropertyValues("l2s.fusion=half \ud83d\u001b[31m"));
    assertThat(analysis.getDescription())
        .startsWith("l2s.fusion is \"half \\ud83d\\u001b[31m\", which is no io.l2s.Fusion")
        .contains("No enum constant")
        .doesNotContain("\ud83d", "\u001b");
    assertThat(analysis.getAction()).isEqualTo("Write another value for l2s.fusion.");
  }

  @Test
  void aValueThatLogsShowIsLeftToSpringBoot() {
    FailureAnalysis analysis = analyze(Models.RUNNER.withPropertyValues("l2s.fusion=multiply"));
    assertThat(analysis.getDescription())
        .startsWith("Failed to bind properties under 'l2s.fusion'")
        .contains("\"multiply\"");
  }

  @Test
  void aFileInPlaceOfADirectoryIsRefused() {
    FailureAnalysis analysis =
        analyze(Models.RUNNER.withPropertyValues("l2s.llm.location=pom.xml"));
    assertThat(analysis.getDescription()).contains("l2s.llm.location", "must be a directory");
  }

  @Test
  void aBrokenCheckpointIsReportedWithEverythingWrongInIt(@TempDir Path directory)
      throws IOException {
    try (var files = Files.list(Models.LLM)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    Path config = directory.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst("\"num_layers\": \\d+", "\"num_layers\": 9")
            .replaceFirst("\"d_ff\": \\d+", "\"d_ff\": 7"));
    FailureAnalysis analysis =
        analyze(Models.RUNNER.withPropertyValues("l2s.llm.location=" + directory));
    assertThat(analysis.getDescription())
        .startsWith("The model at " + directory)
        .contains("encoder.block.8.layer.0.SelfAttention.q.weight")
        .contains("encoder.block.0.layer.1.DenseReluDense.wo.weight");
    assertThat(analysis.getAction()).contains("Repair or replace the files named above");
  }

  @Test
  void missingNativesAreAnsweredWithTheDependencyToAdd() {
    String artifact = "ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64";
    FailureAnalysis analysis =
        analyze(
            Models.WITH_PARTS.withBean(
                NativeRuntime.class,
                () -> {
                  throw new NativesMissingException(artifact, null);
                }));
    assertThat(analysis.getDescription()).contains("native PyTorch library", "class path");
    assertThat(analysis.getAction()).contains(artifact, "l2s.natives.download");
  }

  @Test
  void aFailedDownloadOfNativesIsAnsweredWithItsCauseAndTheDependency() {
    String artifact = "ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64";
    FailureAnalysis analysis =
        analyze(
            Models.WITH_PARTS.withBean(
                NativeRuntime.class,
                () -> {
                  throw new NativesMissingException(
                      artifact, new IllegalStateException(new UnknownHostException("some.host")));
                }));
    assertThat(analysis.getDescription()).contains("its download failed", "some.host");
    assertThat(analysis.getAction()).contains(artifact).doesNotContain("l2s.natives.download");
  }

  @Test
  void nativesOfAnotherVersionAreAnsweredWithBothVersions() {
    String artifact = "ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64";
    FailureAnalysis analysis =
        analyze(
            Models.WITH_PARTS.withBean(
                NativeRuntime.class,
                () -> {
                  throw new NativesVersionException("2.5.1", "2.7.1", artifact);
                }));
    assertThat(analysis.getDescription()).contains("has version 2.5.1", "needs 2.7.1");
    assertThat(analysis.getAction()).contains(artifact);
  }

  @Test
  void aCheckpointGivenAsBundleIsAnsweredWithTheOtherProperty() {
    FailureAnalysis analysis =
        analyze(Models.RUNNER.withPropertyValues("l2s.models.en.bundle=" + Models.LLM));
    assertThat(analysis.getDescription())
        .contains("l2s.models.en.bundle is ", "which is a checkpoint (config.json)");
    assertThat(analysis.getAction()).contains("Set l2s.models.en.llm.location");
  }

  @Test
  void aNamedModelThatHangsIsAnsweredWithItsOwnProperty() {
    FailureAnalysis analysis =
        analyze(
            Models.RUNNER.withPropertyValues(
                "l2s.models.en.bundle=" + Models.BUNDLE, "l2s.models.en.native-call-limit=1ns"));
    assertThat(analysis.getDescription()).contains("l2s.models.en.native-call-limit, PT");
    assertThat(analysis.getAction()).contains("Raise l2s.models.en.native-call-limit");
  }

  @Test
  void anInjectionAmongSeveralModelsIsAnsweredWithTheirNames() {
    ApplicationContextRunner several =
        Models.RUNNER
            .withPropertyValues(
                "l2s.models.en-de.bundle=" + Models.BUNDLE,
                "l2s.models.en-fr.bundle=" + Models.BUNDLE,
                "l2s.models.en-de.warm-up=false",
                "l2s.models.en-fr.warm-up=false")
            .withUserConfiguration(Unqualified.class);
    FailureAnalysis analysis = analyze(several);
    assertThat(analysis.getDescription())
        .contains("Parameter 0 of method answers", "needs one HybridLanguageModel")
        .contains("l2sHybridLanguageModel.en-de, l2sHybridLanguageModel.en-fr");
    assertThat(analysis.getAction())
        .isEqualTo(
            "Set l2s.primary to one of en-de, en-fr, which is then injected where no name is"
                + " given; or name a model at each injection, as in @Qualifier(\"en-de\").");
    several
        .withPropertyValues("l2s.primary=en-fr")
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Configuration(proxyBeanMethods = false)
  static class Unqualified {

    @Bean
    String answers(HybridLanguageModel model) {
      return model.routes().toString();
    }
  }

  @Test
  void nativesThatDoNotLoadAreAnsweredWithWhatToCheck() {
    FailureAnalysis analysis =
        analyze(
            Models.WITH_PARTS.withBean(
                NativeRuntime.class,
                () -> {
                  throw new NativesLoadException("libtorch.so: wrong ELF class", null);
                }));
    assertThat(analysis.getDescription()).contains("cannot start", "wrong ELF class");
    assertThat(analysis.getAction()).contains("platform", "DJL_CACHE_DIR");
  }

  @Test
  void aModelThatHangsWhileItWarmsUpIsAnsweredWithTheProperty() {
    FailureAnalysis analysis =
        analyze(Models.WITH_PARTS.withPropertyValues("l2s.native-call-limit=1ns"));
    assertThat(analysis.getDescription()).contains("l2s.native-call-limit, PT0.000000001S");
    assertThat(analysis.getAction()).contains("Raise l2s.native-call-limit");
  }

  @Test
  void aModelThatIsTooLargeForTheMachineIsRefusedBeforeItLoads() {
    FailureAnalysis analysis =
        analyze(
            Models.WITH_PARTS
                .withBean(AvailableMemory.class, () -> device -> OptionalLong.of(1 << 20))
                .withPropertyValues("l2s.warm-up=false"));
    assertThat(analysis.getDescription())
        .contains("The model cannot start: the models need", "only 1.0 MiB are available")
        .contains("lower l2s.batch.max-size or l2s.batch.max-tokens")
        .contains("or set l2s.check-memory to false");
    assertThat(analysis.getAction()).contains("l2s.llm.precision", "l2s.batch.max-tokens");
  }

  @Test
  void aNamedModelThatIsTooLargeIsAnsweredWithItsOwnProperties() {
    FailureAnalysis analysis =
        analyze(
            Models.RUNNER
                .withBean(AvailableMemory.class, () -> device -> OptionalLong.of(1 << 20))
                .withPropertyValues("l2s.models.en.bundle=" + Models.BUNDLE));
    assertThat(analysis.getDescription())
        .contains("lower l2s.models.en.batch.max-size or l2s.models.en.batch.max-tokens")
        .contains("or set l2s.check-memory to false");
    assertThat(analysis.getAction())
        .contains(
            "Set l2s.models.en.llm.precision and l2s.models.en.slm.precision",
            "lower l2s.models.en.batch.max-size or l2s.models.en.batch.max-tokens")
        .doesNotContain(" l2s.llm", " l2s.slm", " l2s.batch");
  }

  @Test
  void memoryIsNotComparedWhereThatIsSwitchedOff() {
    ApplicationContextRunner small =
        Models.WITH_PARTS
            .withBean(AvailableMemory.class, () -> device -> OptionalLong.of(1 << 20))
            .withPropertyValues("l2s.warm-up=false");
    small
        .withPropertyValues("l2s.check-memory=false")
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void aGpuThatIsNotThereIsNamedWithItsProperty() {
    FailureAnalysis analysis =
        analyze(
            Models.WITH_PARTS
                .withPropertyValues("l2s.slm.device=gpu:1")
                .withBean(DeviceCatalog.class, () -> () -> 1));
    assertThat(analysis.getDescription()).contains("l2s.slm.device=gpu:1", "sees 1 GPU");
    assertThat(analysis.getAction()).contains("auto or cpu");
  }

  @Test
  void aGpuThatAnOwnBeanAsksForBlamesNoProperty() {
    FailureAnalysis analysis =
        analyze(
            Models.WITH_PARTS.withBean(
                Projector.class,
                () -> {
                  throw new DeviceUnavailableException("gpu:2", 1);
                }));
    assertThat(analysis.getDescription())
        .contains("gpu:2", "sees 1 GPU")
        .doesNotContain("Configured");
  }

  @ParameterizedTest
  @CsvSource({
    "l2s.queue.capacity, 0, at least 1",
    "l2s.batch.max-size, 0, at least 1",
    "l2s.batch.steps-per-call, 9, between 1 and 8",
    "l2s.max-prompt-characters, 0, at least 1",
    "l2s.max-prompt-tokens, -1, at least 1",
    "l2s.feature-cache-size, -1B, at least 0",
    "l2s.generation.max-new-tokens, 5000, between 1 and 4096",
    "l2s.generation.timeout, 0s, greater than 0",
    "l2s.llm.device, tpu, 'auto, cpu, gpu or gpu:n'"
  })
  void aValueOutOfBoundsIsNamedWithItsProperty(String property, String value, String bound) {
    FailureAnalysis analysis =
        analyze(Models.WITH_PARTS.withPropertyValues(property + "=" + value));
    assertThat(analysis.getDescription()).contains(property, bound);
  }

  @Test
  void aBundleBesidePartsIsRefusedByName() {
    FailureAnalysis analysis =
        analyze(
            Models.RUNNER.withPropertyValues(
                "l2s.bundle=" + Models.BUNDLE, "l2s.slm.location=" + Models.SLM, "l2s.fusion=add"));
    assertThat(analysis.getDescription())
        .contains("l2s.bundle", "l2s.slm.location", "l2s.fusion")
        .doesNotContain("l2s.llm.location");
  }

  @Test
  void anSlmWithoutProjectorIsRefused() {
    FailureAnalysis analysis =
        analyze(
            Models.RUNNER.withPropertyValues(
                "l2s.llm.location=" + Models.LLM, "l2s.slm.location=" + Models.SLM));
    assertThat(analysis.getDescription()).isEqualTo("An SLM is configured, but no projector.");
    assertThat(analysis.getAction()).contains("l2s.projector.location");
  }

  @Test
  void whatIsMissingIsToldBeforeTheLlmIsLoaded() {
    AtomicBoolean loaded = new AtomicBoolean();
    FailureAnalysis analysis =
        analyze(
            Models.RUNNER
                .withPropertyValues(
                    "l2s.llm.location=" + Models.LLM, "l2s.slm.location=" + Models.SLM)
                .withBean(
                    LlmEncoder.class,
                    () -> {
                      loaded.set(true);
                      throw new IllegalStateException("loaded");
                    },
                    definition -> definition.setLazyInit(true)));
    assertThat(analysis.getDescription()).isEqualTo("An SLM is configured, but no projector.");
    assertThat(loaded).isFalse();
  }

  @Test
  void aProjectorWithoutSlmIsRefused() {
    FailureAnalysis analysis =
        analyze(
            Models.RUNNER.withPropertyValues(
                "l2s.llm.location=" + Models.LLM, "l2s.projector.location=" + Models.PROJECTOR));
    assertThat(analysis.getDescription()).isEqualTo("A projector is configured, but no SLM.");
    assertThat(analysis.getAction()).contains("l2s.slm.location");
  }

  @Test
  void aDecoderBeanWithoutTokenizerIsRefused() {
    FailureAnalysis analysis =
        analyze(
            Models.RUNNER
                .withPropertyValues(
                    "l2s.llm.location=" + Models.LLM, "l2s.projector.location=" + Models.PROJECTOR)
                .withUserConfiguration(OwnBeansTests.OwnSlm.class));
    assertThat(analysis.getDescription()).contains("l2s.slm.location is not set");
    assertThat(analysis.getAction()).contains("tokenizer.json");
  }

  @Test
  void aProjectorWithoutAdaptedEmbeddingsIsRefusedWithTheRemedy() {
    FailureAnalysis analysis =
        analyze(Models.WITH_PARTS.withPropertyValues("l2s.prompt-tokenizer=llm"));
    assertThat(analysis.getDescription())
        .contains("embedding_adapter.weight", "or use fusion replace");
  }

  /** The first answer of the registered analyzers, as Spring Boot picks it. */
  private static FailureAnalysis analyze(ApplicationContextRunner runner) {
    AtomicReference<FailureAnalysis> analysis = new AtomicReference<>();
    AtomicReference<Environment> environment = new AtomicReference<>();
    runner
        .withInitializer(context -> environment.set(context.getEnvironment()))
        .run(
            context -> {
              Throwable failure = context.getStartupFailure();
              assertThat(failure).isNotNull();
              analysis.set(
                  analyzers(environment.get()).stream()
                      .map(analyzer -> analyzer.analyze(failure))
                      .filter(Objects::nonNull)
                      .findFirst()
                      .orElseThrow(() -> new AssertionError("no analysis", failure)));
            });
    return analysis.get();
  }

  private static List<FailureAnalyzer> analyzers(Environment environment) {
    return SpringFactoriesLoader.forDefaultResourceLocation()
        .load(
            FailureAnalyzer.class,
            ArgumentResolver.of(Environment.class, environment),
            FailureHandler.handleMessage((message, failure) -> {}));
  }
}
