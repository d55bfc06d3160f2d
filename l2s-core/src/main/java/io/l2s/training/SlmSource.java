package io.l2s.training;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.model.Loading;
import io.l2s.model.ModelFamily;
import io.l2s.model.Placement;
import io.l2s.model.TrainableSlm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;

/** The source of a trained SLM: a checkpoint, or the settings of a fresh model. */
sealed interface SlmSource {

  /**
   * Opens it.
   *
   * @param slm a checkpoint directory, or a {@code config.json}
   * @throws io.l2s.ModelLoadException if it is unfit
   */
  static SlmSource open(Path slm) {
    return Files.isDirectory(slm)
        ? new Stored(Checkpoint.open(slm))
        : new Fresh(ConfigFile.read(slm));
  }

  /** The shape and settings of the SLM; their file need not be named {@code config.json}. */
  ConfigFile config();

  /** The directory of the SLM's settings. */
  Path directory();

  /** The form of the SLM's answers. */
  TrainingTokenizers.Answers answers(ModelFamily family);

  /**
   * The SLM as it is before the training.
   *
   * @param seed of random weights
   */
  TrainableSlm load(ModelFamily family, Placement on, long seed);

  /** A checkpoint whose weights are trained further. */
  record Stored(Checkpoint checkpoint) implements SlmSource {

    @Override
    public ConfigFile config() {
      return checkpoint.config();
    }

    @Override
    public Path directory() {
      return checkpoint.directory();
    }

    @Override
    public TrainingTokenizers.Answers answers(ModelFamily family) {
      return new TrainingTokenizers.Answers(
          family.answersContinuePrompt(),
          checkpoint.forcedBosTokenId(),
          family.eosTokenIds(checkpoint));
    }

    @Override
    public TrainableSlm load(ModelFamily family, Placement on, long seed) {
      return family.resume(new Loading(checkpoint, on));
    }
  }

  /** A model of random weights. */
  record Fresh(ConfigFile config) implements SlmSource {

    @Override
    public Path directory() {
      return Objects.requireNonNull(config.file().toAbsolutePath().getParent());
    }

    @Override
    public TrainingTokenizers.Answers answers(ModelFamily family) {
      OptionalInt first =
          config.ints("forced_bos_token_id", 0, Integer.MAX_VALUE).stream()
              .mapToInt(id -> id)
              .findFirst();
      return new TrainingTokenizers.Answers(
          family.answersContinuePrompt(), first, family.eosTokenIds(config));
    }

    @Override
    public TrainableSlm load(ModelFamily family, Placement on, long seed) {
      return family.fresh(config, seed, on);
    }
  }
}
