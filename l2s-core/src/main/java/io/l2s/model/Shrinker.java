package io.l2s.model;

import io.l2s.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes shallow models of deep ones of a family. Needs no native engine. */
public interface Shrinker {

  /**
   * Writes the weights and {@code config.json} to {@code target}; other files are the caller's.
   *
   * @param encoderLayers numbers of the layers to keep, ascending, from 0; empty where the family
   *     has no encoder
   * @param decoderLayers the same of the decoder
   * @throws io.l2s.ModelLoadException if the checkpoint does not fit, is stored in int8 or has no
   *     such layers
   */
  void shrink(
      Checkpoint checkpoint, List<Integer> encoderLayers, List<Integer> decoderLayers, Path target)
      throws IOException;
}
