package io.l2s.conversion;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.OutputDirectory;
import io.l2s.model.FamilyLookup;
import io.l2s.model.Shrinker;
import java.nio.file.Path;
import java.util.List;

/** Makes small models of large ones, to be trained further. Needs no native engine. */
public final class Shrinking {

  private Shrinking() {}

  /**
   * Writes a model of some layers of the checkpoint in {@code source} to {@code target}, which must
   * not exist or be empty, with its tokenizer.
   *
   * @param families finds the checkpoint's family
   * @param encoderLayers numbers of the layers to keep, ascending, from 0
   * @param decoderLayers the same of the decoder
   * @return what was written
   * @throws ModelLoadException if the checkpoint is unfit, has no such layers, or {@code target}
   *     holds something
   */
  public static Checkpoint shrink(
      FamilyLookup families,
      Path source,
      Path target,
      List<Integer> encoderLayers,
      List<Integer> decoderLayers) {
    Checkpoint checkpoint = families.check(source);
    Shrinker shrinker =
        families
            .of(checkpoint)
            .shrinker()
            .orElseThrow(
                () ->
                    new ModelLoadException(
                        checkpoint.config().file(),
                        "models of type "
                            + checkpoint.config().modelType()
                            + " cannot be shrunk; train a fresh one of fewer layers"));
    return OutputDirectory.fill(
        target,
        () -> {
          shrinker.shrink(checkpoint, encoderLayers, decoderLayers, target);
          OutputDirectory.copyFilesBesideWeights(source, target);
          return families.check(target);
        });
  }
}
