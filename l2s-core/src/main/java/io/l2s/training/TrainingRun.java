package io.l2s.training;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.l2s.Bundle;
import io.l2s.DataFileException;
import io.l2s.Fusion;
import io.l2s.InvalidSettingException;
import io.l2s.ModelLoadException;
import io.l2s.PromptTokenizer;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.OwnedParts;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.ContextLimits;
import io.l2s.model.FamilyLookup;
import io.l2s.model.LlmEncoder;
import io.l2s.model.Loading;
import io.l2s.model.ModelFamily;
import io.l2s.model.Placement;
import io.l2s.model.TrainableSlm;
import io.l2s.projector.ProjectorShape;
import io.l2s.projector.ProjectorTraining;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains what a {@link TrainingRequest} asks for and writes it as a bundle or a checkpoint. */
public final class TrainingRun implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
  private static final int SOME = 64;

  private final NativeRuntime runtime;
  private final FamilyLookup families;
  private final TrainingRequest request;
  private final Path slmFiles;
  private final OwnedParts loaded = new OwnedParts();
  private final FileDigests digests = new FileDigests();

  private TrainingRun(NativeRuntime runtime, FamilyLookup families, TrainingRequest request) {
    this.runtime = runtime;
    this.families = families;
    this.request = request;
    this.slmFiles =
        Files.isDirectory(request.slm())
            ? request.slm()
            : Objects.requireNonNull(request.slm().toAbsolutePath().getParent());
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
    TrainingTokenizers tokenizers = TrainingTokenizers.load(request, slmTokenizerFile(), answers());
    // Before anything that takes long: other settings are refused within seconds.
    TrainingState before = request.resumes() ? stored(state, tokenizers) : TrainingState.NEW;
    if (request.conditioning().isPresent()) {
      listener.onPromptTokenizer(tokenizers.promptTokenizer());
    }
    PairReader reader = new PairReader(request.data(), tokenizers, limits());
    PairData pairs = reader.training();
    PairData validation = reader.validation();
    listener.onData(pairs.size(), validation.size(), reader.leftOut());
    TrainableSlm slm = slm(tokenizers);
    TrainableModel model = new TrainableModel.Alone(slm);
    if (request.conditioning().isPresent()) {
      LlmConditioning conditioning = request.conditioning().get();
      LlmEncoder llm = loaded.add(llm(conditioning));
      if (conditioning.featureCache().isPresent()) {
        FeatureStore store = features(conditioning, llm, pairs, validation);
        if (!store.complete(runtime, listener)) {
          return before;
        }
        llm = store;
      }
      model = hybrid(conditioning, tokenizers.promptTokenizer(), llm, slm, pairs);
    }
    TrainingOutput output = new TrainingOutput(request, model, slmFiles, tokenizers, digests);
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
    return ResumeSettings.of(request, families, tokenizers, digests);
  }

  private FeatureStore features(
      LlmConditioning conditioning, LlmEncoder llm, PairData pairs, PairData validation) {
    List<int[]> prompts = FeatureStore.distinct(List.of(pairs.prompts(), validation.prompts()));
    String key = FeatureKey.of(conditioning, families, prompts, digests);
    Path directory = conditioning.featureCache().orElseThrow();
    create(directory);
    Path file = directory.resolve("features-" + key.substring(0, 16) + ".bin");
    return loaded.add(FeatureStore.open(file, key, llm, prompts));
  }

  private Path slmTokenizerFile() {
    Path own = slmFiles.resolve(CheckpointFiles.TOKENIZER);
    if (Files.exists(own) || request.llm().isEmpty()) {
      return own;
    }
    Path llms = request.llm().get().resolve(CheckpointFiles.TOKENIZER);
    if (Files.isDirectory(request.slm())) {
      throw new ModelLoadException(
          own,
          "does not exist, so nobody knows what the weights' ids stand for; copy the tokenizer here"
              + " that the model was trained with, such as "
              + llms);
    }
    LOG.info("{} is not there; the fresh SLM takes {}", own, llms);
    return llms;
  }

  private LlmEncoder llm(LlmConditioning conditioning) {
    Checkpoint checkpoint = Checkpoint.open(conditioning.llm());
    Placement on = new Placement(runtime, Device.cpu(), conditioning.precision());
    return families.of(checkpoint).llm(new Loading(checkpoint, on), conditioning.featureLayer());
  }

  /** The limits of the SLM, and of the LLM where it reads the prompts. */
  private ContextLimits limits() {
    ContextLimits own = limits(request.slm());
    return request
        .conditioning()
        .map(conditioning -> own.and(limits(conditioning.llm()).prompts()))
        .orElse(own);
  }

  /**
   * @param model a checkpoint's directory or a {@code config.json}
   */
  private ContextLimits limits(Path model) {
    ConfigFile config =
        Files.isDirectory(model) ? Checkpoint.open(model).config() : ConfigFile.read(model);
    return families.of(config).shape(config).limits();
  }

  private TrainableSlm slm(TrainingTokenizers tokenizers) {
    Placement on = new Placement(runtime, Device.cpu(), request.compute());
    if (Files.isDirectory(request.slm())) {
      Checkpoint checkpoint = Checkpoint.open(request.slm());
      ModelFamily family = families.of(checkpoint);
      requireRoom(checkpoint.config(), family, tokenizers);
      return loaded.add(family.resume(new Loading(checkpoint, on)));
    }
    ConfigFile file = ConfigFile.read(request.slm());
    ModelFamily family = families.of(file);
    requireRoom(file, family, tokenizers);
    return loaded.add(family.fresh(file, request.options().seed(), on));
  }

  private static void requireRoom(
      ConfigFile config, ModelFamily family, TrainingTokenizers tokenizers) {
    int vocabularySize = family.shape(config).vocabularySize();
    int largest = Math.max(tokenizers.targets().maxTokenId(), tokenizers.endOfSequence());
    if (largest >= vocabularySize) {
      throw new ModelLoadException(
          config.file(),
          "vocab_size must be above the tokenizer's largest id "
              + tokenizers.targets().maxTokenId()
              + " and above eos_token_id "
              + tokenizers.endOfSequence()
              + ", but was "
              + vocabularySize);
    }
  }

  private TrainingTokenizers.Answers answers() {
    if (Files.isDirectory(request.slm())) {
      Checkpoint slm = Checkpoint.open(request.slm());
      return new TrainingTokenizers.Answers(
          families.of(slm).answersContinuePrompt(), slm.forcedBosTokenId(), slm.eosTokenIds());
    }
    ConfigFile slm = ConfigFile.read(request.slm());
    OptionalInt first =
        slm.ints("forced_bos_token_id", 0, Integer.MAX_VALUE).stream()
            .mapToInt(id -> id)
            .findFirst();
    return new TrainingTokenizers.Answers(
        families.of(slm).answersContinuePrompt(), first, slm.eosTokenIds());
  }

  private TrainableModel hybrid(
      LlmConditioning conditioning,
      PromptTokenizer promptTokenizer,
      LlmEncoder llm,
      TrainableSlm slm,
      PairData pairs) {
    int slmWidth = slm.embeddings().width();
    boolean adapts = promptTokenizer == PromptTokenizer.LLM && conditioning.fusion() == Fusion.ADD;
    Optional<ProjectorShape.Adapter> adapter =
        adapts
            ? Optional.of(new ProjectorShape.Adapter(llm.embeddings().width(), slmWidth))
            : Optional.empty();
    ProjectorTraining projector =
        loaded.add(
            ProjectorTraining.fresh(
                runtime,
                conditioning.projector(),
                new ProjectorShape(llm.width(), slmWidth, adapter),
                conditioning.hidden(),
                request.options().seed(),
                Device.cpu()));
    PromptFuser fuser =
        PromptFuser.of(promptTokenizer, llm, slm.embeddings(), projector, conditioning.fusion());
    TrainableModel.Hybrid hybrid =
        new TrainableModel.Hybrid(llm, projector, slm, fuser, conditioning.trainedParts());
    List<int[]> prompts = some(pairs.prompts());
    // Ids that the SLM has embeddings for.
    List<int[]> known = promptTokenizer == PromptTokenizer.SLM ? prompts : some(pairs.targets());
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            if (adapts) {
              hybrid.balanceAdapter(scope, prompts, known);
            }
            if (!Files.isDirectory(request.slm())) {
              hybrid.balance(scope, prompts, known);
            }
            return null;
          }
        });
    return hybrid;
  }

  private static List<int[]> some(List<int[]> rows) {
    return rows.subList(0, Math.min(SOME, rows.size()));
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
    loaded.close();
  }
}
