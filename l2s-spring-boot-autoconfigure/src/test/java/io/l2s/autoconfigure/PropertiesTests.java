package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.Fusion;
import io.l2s.GenerationDefaults;
import io.l2s.HybridLanguageModel;
import io.l2s.Precision;
import io.l2s.PromptLookup;
import io.l2s.PromptTemplate;
import io.l2s.PromptTokenizer;
import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.ModelFiles;
import io.l2s.engine.DeviceCatalog;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.ThreadOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/** Every property reaches what it configures. */
class PropertiesTests {

  @Test
  void defaultsAreTheCoresOwn() {
    ConfiguredModel properties = bind(Map.of());
    assertThat(ConfiguredOptions.serving(properties)).isEqualTo(ServingOptions.STANDARD);
    assertThat(ConfiguredOptions.llm(properties)).isEqualTo(ComponentOptions.AUTO);
    assertThat(ConfiguredOptions.slm(properties)).isEqualTo(ComponentOptions.AUTO);
    assertThat(ConfiguredOptions.projector(properties).device()).isEqualTo(DeviceSpec.AUTO);
    assertThat(properties.properties().warmUp()).isTrue();
    assertThat(bindShared(Map.of()).natives().download()).isFalse();
  }

  @Test
  void weightsAreCopiedWhereThatIsAskedFor() {
    ConfiguredModel properties = bind(Map.of("l2s.copy-weights", "true"));
    assertThat(ConfiguredOptions.llm(properties).copyWeights()).isTrue();
    assertThat(ConfiguredOptions.slm(properties).copyWeights()).isTrue();
    assertThat(PropertyNames.of("copyWeights")).isEqualTo("l2s.copy-weights");
  }

  @Test
  void everyBoundOfServingIsRead() {
    ConfiguredModel properties =
        bind(
            Map.ofEntries(
                Map.entry("l2s.queue.capacity", "1"),
                Map.entry("l2s.batch.max-size", "2"),
                Map.entry("l2s.batch.max-tokens", "12"),
                Map.entry("l2s.batch.admission-tokens", "9"),
                Map.entry("l2s.batch.steps-per-call", "3"),
                Map.entry("l2s.max-prompt-characters", "40"),
                Map.entry("l2s.max-prompt-tokens", "5"),
                Map.entry("l2s.feature-cache-size", "6KB"),
                Map.entry("l2s.native-call-limit", "10s"),
                Map.entry("l2s.generation.max-new-tokens", "7"),
                Map.entry("l2s.generation.timeout", "8s"),
                Map.entry("l2s.generation.prompt-lookup-num-tokens", "9"),
                Map.entry("l2s.generation.max-matching-ngram-size", "3")));
    assertThat(ConfiguredOptions.serving(properties))
        .isEqualTo(
            new ServingOptions(
                1,
                2,
                12,
                9,
                3,
                40,
                5,
                6 * 1024,
                Duration.ofSeconds(10),
                new GenerationDefaults(
                    7, Optional.of(Duration.ofSeconds(8)), new PromptLookup(9, 3))));
  }

  @Test
  void aBatchTooSmallForTheLongestRequestIsRefusedByItsProperty() {
    ConfiguredModel properties = bind(Map.of("l2s.batch.max-tokens", "4000"));
    assertThatThrownBy(() -> ConfiguredOptions.serving(properties))
        .isInstanceOfSatisfying(
            InvalidConfigurationPropertyValueException.class,
            e -> {
              assertThat(e.getName()).isEqualTo("l2s.batch.max-tokens");
              assertThat(e.getReason())
                  .isEqualTo(
                      "It must be at least 4352, the longest prompt (4096) and its answer (256).");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "l2s.generation.prompt-lookup-num-tokens, 65, 0",
    "l2s.generation.max-matching-ngram-size, 65, 1"
  })
  void promptLookupOutOfBoundsIsReportedByItsProperty(String name, String value, int least) {
    ConfiguredModel properties = bind(Map.of(name, value));
    assertThatThrownBy(() -> ConfiguredOptions.serving(properties))
        .isInstanceOfSatisfying(
            InvalidConfigurationPropertyValueException.class,
            e -> {
              assertThat(e.getName()).isEqualTo(name);
              assertThat(e.getReason()).isEqualTo("It must be between " + least + " and 64.");
            });
  }

  @Test
  void devicesAndNumberFormatsAreReadForEachPart() {
    ConfiguredModel properties =
        bind(
            Map.of(
                "l2s.llm.device", "gpu:1",
                "l2s.llm.precision", "bf16",
                "l2s.slm.device", "gpu",
                "l2s.slm.precision", "f32",
                "l2s.projector.device", "cpu"));
    assertThat(ConfiguredOptions.llm(properties))
        .isEqualTo(new ComponentOptions(DeviceSpec.parse("gpu:1"), Precision.BF16));
    assertThat(ConfiguredOptions.slm(properties))
        .isEqualTo(new ComponentOptions(DeviceSpec.parse("gpu:0"), Precision.F32));
    assertThat(ConfiguredOptions.projector(properties).device()).isEqualTo(DeviceSpec.CPU);
  }

  @Test
  void threadsAndTheirWaitingAreRead() {
    assertThat(ConfiguredOptions.threads(bindShared(Map.of()))).isEqualTo(ThreadOptions.AUTO);
    assertThat(
            ConfiguredOptions.threads(
                bindShared(Map.of("l2s.threads", "3", "l2s.threads.wait", "passive"))))
        .isEqualTo(ThreadOptions.parse("3", "passive"));
  }

  @Test
  void bothThreadSettingsStandSideBySideInYaml() throws IOException {
    PropertySource<?> yaml =
        new YamlPropertySourceLoader()
            .load(
                "application",
                new ByteArrayResource("l2s:\n  threads: 2\n  threads.wait: passive\n".getBytes()))
            .get(0);
    L2sProperties properties =
        new Binder(ConfigurationPropertySource.from(yaml)).bind("l2s", L2sProperties.class).get();
    assertThat(ConfiguredOptions.threads(properties))
        .isEqualTo(ThreadOptions.parse("2", "passive"));
  }

  @Test
  void warningsNameTheThreadSettingsAsProperties() {
    try (NativeRuntime runtime = new EngineConfiguration().l2sNativeRuntime(bindShared(Map.of()))) {
      assertThat(runtime.threads().remedy())
          .isEqualTo("Give this JVM cores of its own, or change l2s.threads or l2s.threads.wait");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "l2s.threads, 0, It must be auto or a number between 1 and 1024.",
    "l2s.threads.wait, long, 'It must be auto, active, passive or a number of at least 0.'"
  })
  void aThreadSettingOutOfBoundsIsReportedByItsProperty(String name, String value, String reason) {
    L2sProperties properties = bindShared(Map.of(name, value));
    assertThatThrownBy(() -> ConfiguredOptions.threads(properties))
        .isInstanceOfSatisfying(
            InvalidConfigurationPropertyValueException.class,
            e -> {
              assertThat(e.getName()).isEqualTo(name);
              assertThat(e.getReason()).isEqualTo(reason);
            });
  }

  @Test
  void locationsAndFusionAreRead() {
    ModelFiles files =
        ConfiguredFiles.of(
            bind(
                Map.of(
                    "l2s.llm.location",
                    Models.LLM.toString(),
                    "l2s.llm.feature-layer",
                    "1",
                    "l2s.slm.location",
                    "file:" + Models.SLM,
                    "l2s.projector.location",
                    Models.PROJECTOR.toUri().toString(),
                    "l2s.fusion",
                    "replace",
                    "l2s.prompt-tokenizer",
                    "llm",
                    "l2s.prompt-template",
                    "say: {source}")),
            new ModelLocations(List.of(), FileAdmission.NONE));
    assertThat(files)
        .isEqualTo(
            new ModelFiles(
                Models.LLM.toAbsolutePath().normalize(),
                OptionalInt.of(1),
                Optional.of(Models.SLM.toAbsolutePath().normalize()),
                Optional.of(Models.PROJECTOR.toAbsolutePath().normalize()),
                Fusion.REPLACE,
                PromptTokenizer.LLM,
                Optional.empty(),
                Optional.of(new PromptTemplate("say: {source}"))));
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false"})
  void warmUpRunsTheModelBeforeItIsReady(boolean warmUp, boolean ran) {
    AtomicInteger asked = new AtomicInteger();
    Models.WITH_PARTS
        .withPropertyValues("l2s.warm-up=" + warmUp)
        .withUserConfiguration(OwnBeansTests.OwnEncoder.class)
        .run(
            context -> {
              assertThat(context).hasSingleBean(HybridLanguageModel.class);
              asked.set(context.getBean(OwnBeansTests.CountingEncoder.class).calls.get());
            });
    assertThat(asked.get() > 0).isEqualTo(ran);
  }

  @Test
  void warmUpKeepsToTheBoundsOfRequests() {
    Models.WITH_PARTS
        .withPropertyValues(
            "l2s.max-prompt-tokens=4", "l2s.generation.max-new-tokens=8", "l2s.batch.max-tokens=12")
        .run(context -> assertThat(context).hasSingleBean(HybridLanguageModel.class));
  }

  @Test
  void autoTakesTheCpuOfAMachineWithoutGpu() {
    Models.WITH_PARTS
        .withPropertyValues("l2s.llm.device=auto", "l2s.slm.device=auto")
        .withBean(DeviceCatalog.class, () -> () -> 0)
        .run(context -> assertThat(context).hasSingleBean(HybridLanguageModel.class));
  }

  @ParameterizedTest
  @CsvSource({"auto, 1", "gpu, 1", "gpu:1, 2"})
  void aGpuThatTheCatalogHasIsUsed(String device, int gpus) {
    Models.WITH_PARTS
        .withPropertyValues("l2s.llm.device=" + device)
        .withBean(DeviceCatalog.class, () -> () -> gpus)
        .run(
            context ->
                // The tests' natives have no CUDA: being refused by them shows that the GPU was
                // chosen.
                assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("CUDA"));
  }

  private static ConfiguredModel bind(Map<String, String> values) {
    return new ConfiguredModel(
        ConfiguredModel.DEFAULT,
        new Binder(new MapConfigurationPropertySource(values))
            .bindOrCreate("l2s", ModelProperties.class));
  }

  private static L2sProperties bindShared(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("l2s", L2sProperties.class);
  }
}
