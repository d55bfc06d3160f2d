package io.l2s.samples.spark;

import io.l2s.GenerationDefaults;
import io.l2s.HybridLanguageModel;
import io.l2s.Precision;
import io.l2s.ServingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.SparkFiles;

/**
 * The model that an executor loads, and how.
 *
 * @param bundle a directory on the executor, or the name of an archive of {@code spark.archives}
 * @param threads {@code auto} or a number
 * @param batchSize sequences that decode together
 * @param maxNewTokens longest answer in tokens
 * @param maxPromptTokens longest prompt in tokens; a longer one is refused
 */
record ModelSettings(
    String bundle,
    String threads,
    Precision precision,
    int batchSize,
    int maxNewTokens,
    int maxPromptTokens)
    implements ModelSource {

  /** Tasks that may run in one executor; more of them find the queue full. */
  private static final int MOST_TASKS = 64;

  /** Prompts on their way through one model: enough to refill a batch as rows end. */
  int window() {
    return 4 * batchSize;
  }

  @Override
  public HybridLanguageModel model() {
    return ExecutorModel.of(this);
  }

  ServingOptions serving() {
    ServingOptions standard = ServingOptions.STANDARD;
    return ServingOptions.builder()
        .queueCapacity(window() * MOST_TASKS)
        .maxBatchSize(batchSize)
        .maxPromptTokens(maxPromptTokens)
        .maxBatchTokens(
            Math.max(standard.maxBatchTokens(), batchSize * (maxPromptTokens + maxNewTokens)))
        .featureCacheBytes(0) // a batch has few repeated prompts
        .defaults(new GenerationDefaults(maxNewTokens, Optional.empty()))
        .build();
  }

  /**
   * The bundle's directory on this machine.
   *
   * @throws IllegalStateException if there is none
   */
  Path directory() {
    Path directory = Path.of(bundle);
    if (Files.isDirectory(directory)) {
      return directory;
    }
    Path archive = Path.of(SparkFiles.get(bundle));
    if (Files.isDirectory(archive)) {
      return archive;
    }
    throw new IllegalStateException(
        "--bundle "
            + bundle
            + " is no directory on this executor; put it on storage that all executors share, or"
            + " send it with --conf spark.archives=FILE.zip#NAME --bundle NAME");
  }
}
