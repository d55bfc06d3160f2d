package io.l2s.training;

import io.l2s.Bundle;
import io.l2s.DataFileException;
import io.l2s.InvalidSettingException;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.FamilyLookup;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TrainableSlm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Trains what a {@link TrainingRequest} asks for and writes it as a bundle or a checkpoint. */
public final class TrainingRun implements AutoCloseable {

  private final NativeRuntime runtime;
  private final FamilyLookup families;
  private final TrainingRequest request;
  private final TrainingParts parts;
  private final KnownDigests digests = new KnownDigests();

  private TrainingRun(NativeRuntime runtime, FamilyLookup families, TrainingRequest request) {
    this.runtime = runtime;
    this.families = families;
    this.request = request;
    this.parts = new TrainingParts(runtime, families, request);
  }

  /**
   * Trains to the end, or until the listener asks to stop. Beside the state lies {@code
   * training.jsonl}, see {@link #logFile}.
   *
   * @param families finds the families of LLM and SLM
   * @return where the training stands; step 0, and no state is stored, if it was stopped before the
   *     first
   * @throws InvalidSettingException if the output holds a model and nothing is resumed
   * @throws DataFileException naming the row that is malformed or too long
   * @throws ModelLoadException if a model or its tokenizer does not fit, or a resumed training had
   *     other settings
   * @throws TrainingException if the loss is no longer finite, the disk refuses, or another
   *     training runs in the same output
   */
  public static TrainingState run(
      NativeRuntime runtime,
      FamilyLookup families,
      TrainingRequest request,
      TrainingListener listener) {
    requireFree(request);
    try (TrainingLock lock = TrainingLock.take(request.output())) {
      // A training that had the lock until now may have left its state.
      requireFree(request);
      try (TrainingRun training = new TrainingRun(runtime, families, request);
          TrainingLog log = new TrainingLog(logFile(request.output()), listener)) {
        return training.run(log);
      }
    } catch (UncheckedIOException e) {
      throw DiskFailure.with(e, Files.exists(stateFile(request.output())));
    }
  }

  private static void requireFree(TrainingRequest request) {
    Optional<Path> occupied = request.resumes() ? Optional.empty() : occupied(request.output());
    if (occupied.isPresent()) {
      throw new InvalidSettingException(
          "output",
          "a directory without a model, or that of a training to resume",
          "one that holds " + occupied.get());
    }
  }

  /**
   * Where a training into {@code output} logs its course, a JSON object a line. A step has {@code
   * step}, {@code loss}, {@code learningRate}, {@code pairsPerSecond} and {@code seconds}; a
   * validation has {@code step}, {@code validationLoss} and {@code best}.
   */
  public static Path logFile(Path output) {
    return stateDirectory(output).resolve("training.jsonl");
  }

  /** Where a training into {@code output} keeps the state that it can resume from. */
  public static Path stateFile(Path output) {
    return stateDirectory(output).resolve("state.safetensors");
  }

  /** Where a training into {@code output} keeps all that is not its model. */
  static Path stateDirectory(Path output) {
    return output.resolve("training");
  }

  /**
   * The file, if any, that shows that {@code output} holds a model or a training already, which a
   * new training would overwrite.
   */
  public static Optional<Path> occupied(Path output) {
    return Stream.concat(
            Stream.of(
                    stateFile(output),
                    output.resolve(Bundle.FILE),
                    output.resolve(CheckpointFiles.WEIGHTS),
                    output.resolve(CheckpointFiles.INDEX))
                .filter(Files::exists),
            TrainingOutput.parts(output).stream())
        .findFirst();
  }

  private TrainingState run(TrainingListener listener) {
    Path state = stateFile(request.output());
    TrainingTokenizers tokenizers =
        TrainingTokenizers.load(request, parts.slmTokenizerFile(), parts.answers());
    // Before anything that takes long: other settings are refused within seconds.
    TrainingState before = request.resumes() ? stored(state, tokenizers) : TrainingState.NEW;
    if (request.conditioning().isPresent()) {
      listener.onPromptTokenizer(tokenizers.promptTokenizer());
    }
    PairReader reader = new PairReader(request.data(), tokenizers, parts.limits());
    PairData pairs = reader.training();
    PairData validation = reader.validation();
    listener.onData(pairs.size(), validation.size(), reader.leftOut());
    TrainableSlm slm = parts.slm(tokenizers);
    TrainableModel model = new TrainableModel.Alone(slm);
    if (request.conditioning().isPresent()) {
      LlmConditioning conditioning = request.conditioning().get();
      LlmEncoder llm = parts.llm(conditioning);
      if (conditioning.featureCache().isPresent()) {
        FeatureStore store = features(conditioning, llm, pairs, validation);
        if (!store.complete(runtime, listener)) {
          return before;
        }
        llm = store;
      }
      model = parts.hybrid(conditioning, tokenizers.promptTokenizer(), llm, slm, pairs);
    }
    TrainingOutput output =
        new TrainingOutput(request, model, parts.slmSource(), tokenizers, digests);
    output.tidy();
    TrainingState end =
        new Trainer(
                runtime,
                model,
                pairs,
                validation,
                request.options(),
                new TrainingStore(state, settings(tokenizers), output::write),
                System::nanoTime)
            .run(request.resumes(), listener);
    output.tidy();
    return end;
  }

  private TrainingState stored(Path state, TrainingTokenizers tokenizers) {
    if (!Files.exists(state)) {
      throw new ModelLoadException(
          request.output(),
          occupied(request.output())
              .map(file -> "holds a model (" + file + ") but no state; name another output")
              .orElse("nothing is stored yet; start without resume"),
          "resume");
    }
    return TrainingStore.check(state, settings(tokenizers));
  }

  private Map<String, String> settings(TrainingTokenizers tokenizers) {
    return ResumeSettings.of(request, families, parts.slmSource(), tokenizers, digests);
  }

  private FeatureStore features(
      LlmConditioning conditioning, LlmEncoder llm, PairData pairs, PairData validation) {
    List<int[]> prompts = FeatureStore.distinct(List.of(pairs.prompts(), validation.prompts()));
    String key = FeatureKey.of(conditioning, families, prompts, digests);
    Path directory = conditioning.featureCache().orElseThrow();
    create(directory);
    Path file = directory.resolve("features-" + key.substring(0, 16) + ".bin");
    return parts.own(FeatureStore.open(file, key, llm, prompts));
  }

  private static void create(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + directory, e);
    }
  }

  @Override
  public void close() {
    parts.close();
  }
}
