package io.l2s.cli;

import ai.djl.Device;
import io.l2s.GenerationDefaults;
import io.l2s.GenerationRequest;
import io.l2s.Precision;
import io.l2s.ServingOptions;
import io.l2s.assembly.ComponentOptions;
import io.l2s.engine.DeviceCatalog;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of every command that runs a model: how, where and how much at a time. */
final class ModelOptions {

  /** Most sequences that decode together. */
  static final int MAX_BATCH_SIZE = 1024;

  /** Mean prompt length in tokens up to which a batch reaches the requested size. */
  private static final int TYPICAL_PROMPT = 512;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private int batchSize = ServingOptions.STANDARD.maxBatchSize();
  private @Nullable Integer maxNewTokens;

  @Option(
      names = "--precision",
      paramLabel = "auto|f32|bf16|int8",
      defaultValue = "auto",
      description =
          "Number format. auto: f32 below two million weights, else int8 or bf16 where the"
              + " processor has instructions for it, as l2s inspect shows. All formats but f32"
              + " may change answers slightly.")
  private Precision precision;

  @Option(
      names = "--llm-precision",
      paramLabel = "FORMAT",
      description = "Number format of the LLM, in place of --precision.")
  private @Nullable Precision llmPrecision;

  @Option(
      names = "--slm-precision",
      paramLabel = "FORMAT",
      description = "Number format of the SLM, in place of --precision.")
  private @Nullable Precision slmPrecision;

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|gpu|gpu:N",
      defaultValue = "auto",
      description = "Where to run; auto: the first GPU if there is one, else the CPU.")
  private DeviceSpec device;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description =
          "Longest answer in tokens, 1 to 4096. Where the model has no positions for so many behind"
              + " a prompt, the prompt is refused. If not given: 256, or as many as there are.")
  private void setMaxNewTokens(int value) {
    maxNewTokens = within("--max-new-tokens", 1, GenerationDefaults.MAX_NEW_TOKENS_LIMIT, value);
  }

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Sequences that decode together, 1 to 1024; 16 if not given.")
  private void setBatchSize(int value) {
    batchSize = within("--batch-size", 1, MAX_BATCH_SIZE, value);
  }

  private int within(String option, int low, int high, int value) {
    return OptionBounds.within(command, option, low, high, value);
  }

  @Option(
      names = "--check-memory",
      paramLabel = "true|false",
      arity = "1",
      defaultValue = "true",
      description =
          "Whether to compare, before any weight is read, what weights and batches need with the"
              + " memory that is available. false: load in any case.")
  private boolean checkMemory;

  @Mixin private ThreadSettings threads;

  /** Starts the engine with the threads that were chosen. */
  NativeRuntime startRuntime() {
    return threads.start();
  }

  /** Where and how the LLM runs. */
  ComponentOptions llm() {
    return new ComponentOptions(device, llmPrecision == null ? precision : llmPrecision);
  }

  /** Where and how projector and SLM run. */
  ComponentOptions slm() {
    return new ComponentOptions(device, slmPrecision == null ? precision : slmPrecision);
  }

  boolean checksMemory() {
    return checkMemory;
  }

  int batchSize() {
    return batchSize;
  }

  int maxNewTokens() {
    return maxNewTokens == null ? GenerationDefaults.STANDARD.maxNewTokens() : maxNewTokens;
  }

  /**
   * The request with the length that was asked for. A model that has no positions for so many
   * tokens refuses it; without the option it answers with as many as it has.
   */
  GenerationRequest bounded(GenerationRequest request) {
    return maxNewTokens == null ? request : request.withMaxNewTokens(maxNewTokens);
  }

  DeviceSpec device() {
    return device;
  }

  /** The device that {@code --device} means here, in the form of that option. */
  String deviceName(DeviceCatalog catalog) {
    Device chosen = device.resolve(catalog);
    return chosen.isGpu() ? "gpu:" + chosen.getDeviceId() : "cpu";
  }

  /** Prompts on their way through the model at once: enough to refill a batch as rows end. */
  int window() {
    return 4 * batchSize;
  }

  ServingOptions serving() {
    return servingWith(0);
  }

  ServingOptions servingWithFeatureCache() {
    return servingWith(ServingOptions.STANDARD.featureCacheBytes());
  }

  /** The bounds of sequences of {@code mostTokens} in all that decode at a time. */
  ServingOptions servingOf(int mostTokens) {
    return ServingOptions.builder()
        .maxBatchSize(MAX_BATCH_SIZE)
        .maxPromptTokens(mostTokens)
        .maxBatchTokens(mostTokens + GenerationDefaults.STANDARD.maxNewTokens())
        .build();
  }

  private ServingOptions servingWith(long featureCacheBytes) {
    ServingOptions standard = ServingOptions.STANDARD;
    return ServingOptions.builder()
        .queueCapacity(Math.max(standard.queueCapacity(), window() + 2))
        .maxBatchSize(batchSize)
        .maxBatchTokens(
            Math.max(standard.maxBatchTokens(), batchSize * (TYPICAL_PROMPT + maxNewTokens())))
        .featureCacheBytes(featureCacheBytes)
        .defaults(new GenerationDefaults(maxNewTokens(), Optional.empty()))
        .build();
  }
}
