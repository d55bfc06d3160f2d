package io.l2s.training;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.l2s.Fusion;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads and makes the models and tokenizers of a training, and owns them until it is closed. */
final class TrainingParts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingParts.class);

  /** Rows that balancing takes. */
  private static final int SOME = 64;

  private final NativeRuntime runtime;
  private final FamilyLookup families;
  private final TrainingRequest request;
  private final SlmSource slm;
  private final OwnedParts loaded = new OwnedParts();

  TrainingParts(NativeRuntime runtime, FamilyLookup families, TrainingRequest request) {
    this.runtime = runtime;
    this.families = families;
    this.request = request;
    this.slm = SlmSource.open(request.slm());
  }

  /** The source of the SLM. */
  SlmSource slmSource() {
    return slm;
  }

  /** Closes {@code part} with the others. */
  <T extends AutoCloseable> T own(T part) {
    return loaded.add(part);
  }

  /** The file of the tokenizer of targets. */
  Path slmTokenizerFile() {
    Path own = slm.directory().resolve(CheckpointFiles.TOKENIZER);
    if (Files.exists(own) || request.llm().isEmpty()) {
      return own;
    }
    Path llms = request.llm().get().resolve(CheckpointFiles.TOKENIZER);
    if (slm instanceof SlmSource.Stored) {
      throw new ModelLoadException(
          own,
          "does not exist, so nobody knows what the weights' ids stand for; copy the tokenizer here"
              + " that the model was trained with, such as "
              + llms);
    }
    LOG.info("{} is not there; the fresh SLM takes {}", own, llms);
    return llms;
  }

  /** The LLM that reads the prompts. */
  LlmEncoder llm(LlmConditioning conditioning) {
    Checkpoint checkpoint = Checkpoint.open(conditioning.llm());
    Placement on = new Placement(runtime, Device.cpu(), conditioning.precision());
    return loaded.add(
        families.of(checkpoint).llm(new Loading(checkpoint, on), conditioning.featureLayer()));
  }

  /** The limits of the SLM, and of the LLM where it reads the prompts. */
  ContextLimits limits() {
    ContextLimits own = limits(slm.config());
    return request
        .llm()
        .map(llm -> own.and(limits(Checkpoint.open(llm).config()).prompts()))
        .orElse(own);
  }

  private ContextLimits limits(ConfigFile config) {
    return families.of(config).shape(config).limits();
  }

  /** The SLM, from its checkpoint or fresh. */
  TrainableSlm slm(TrainingTokenizers tokenizers) {
    ModelFamily family = families.of(slm.config());
    requireRoom(slm.config(), family, tokenizers);
    Placement on = new Placement(runtime, Device.cpu(), request.compute());
    return loaded.add(slm.load(family, on, request.options().seed()));
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

  /** The form of the SLM's answers. */
  TrainingTokenizers.Answers answers() {
    return slm.answers(families.of(slm.config()));
  }

  /** The SLM with a fresh projector under the LLM. */
  TrainableModel hybrid(
      LlmConditioning conditioning,
      PromptTokenizer promptTokenizer,
      LlmEncoder llm,
      TrainableSlm trained,
      PairData pairs) {
    int slmWidth = trained.embeddings().width();
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
        PromptFuser.of(
            promptTokenizer, llm, trained.embeddings(), projector, conditioning.fusion());
    if (conditioning.trainedParts() == TrainedParts.PROJECTOR) {
      trained.freeze();
    }
    TrainableModel.Hybrid hybrid =
        new TrainableModel.Hybrid(llm, projector, trained, fuser, conditioning.trainedParts());
    List<int[]> prompts = some(pairs.prompts());
    // Ids that the SLM has embeddings for.
    List<int[]> known = promptTokenizer == PromptTokenizer.SLM ? prompts : some(pairs.targets());
    runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            if (adapts) {
              hybrid.balanceAdapter(scope, prompts, known);
            }
            if (slm instanceof SlmSource.Fresh) {
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

  @Override
  public void close() {
    loaded.close();
  }
}
