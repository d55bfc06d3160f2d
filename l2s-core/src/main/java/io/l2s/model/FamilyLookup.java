package io.l2s.model;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.KnownDigests;
import java.nio.file.Path;

/** Finds the family of a model, so that its users name no family. Thread-safe. */
@FunctionalInterface
public interface FamilyLookup {

  /**
   * The family of the models that {@code config} describes.
   *
   * @throws io.l2s.ModelLoadException with the supported types, if there is none
   */
  ModelFamily of(ConfigFile config);

  /**
   * The family of {@code checkpoint}.
   *
   * @throws io.l2s.ModelLoadException with the supported types, if there is none
   */
  default ModelFamily of(Checkpoint checkpoint) {
    return of(checkpoint.config());
  }

  /**
   * Opens the checkpoint in {@code directory} and compares its tensors with what its family needs,
   * without the native engine; a record of int8 beside it must be readable.
   *
   * @throws io.l2s.ModelLoadException with every problem of the checkpoint
   */
  default Checkpoint check(Path directory) {
    return check(directory, new KnownDigests());
  }

  /**
   * The same with digests that are known already.
   *
   * @param digests those that were taken when the checkpoint's bundle was opened
   * @throws io.l2s.ModelLoadException with every problem of the checkpoint
   */
  default Checkpoint check(Path directory, KnownDigests digests) {
    Checkpoint checkpoint = Checkpoint.open(directory, digests);
    check(checkpoint);
    return checkpoint;
  }

  /**
   * Compares the tensors of {@code checkpoint} with what its family needs, without the native
   * engine; a record of int8 beside it must be readable.
   *
   * @throws io.l2s.ModelLoadException with every problem of the checkpoint
   */
  default void check(Checkpoint checkpoint) {
    of(checkpoint).check(checkpoint);
    Int8Record.read(checkpoint);
  }
}
