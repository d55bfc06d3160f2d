package io.l2s.model;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.NativeRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/** Stores checkpoints of a family with their products in 8-bit integers. */
public interface Quantizer {

  /**
   * Requires a checkpoint that is not stored in int8.
   *
   * @throws io.l2s.ModelLoadException if the checkpoint is stored in int8 already
   */
  void check(Checkpoint checkpoint);

  /**
   * The loss of a checkpoint's products in int8 on this machine.
   *
   * @throws io.l2s.ModelLoadException if the checkpoint does not fit or is stored in int8 already
   */
  Int8Comparison compare(NativeRuntime runtime, Checkpoint checkpoint);

  /**
   * Compares a checkpoint's products as the coarsest processor rounds them, and stores the largest
   * loss beside its weights, so that loading need not compare.
   *
   * @return the largest loss; above {@link Int8Comparison#BOUND} loading still compares
   * @throws io.l2s.ModelLoadException if the checkpoint does not fit, is stored in int8 already, or
   *     is so large that its digests take longer than the comparison
   */
  double record(NativeRuntime runtime, Checkpoint checkpoint) throws IOException;

  /**
   * Writes the weights and {@code config.json} to {@code target}; other files are the caller's.
   *
   * @param progress gets the number of tensors written so far
   * @return number of tensors
   * @throws io.l2s.ModelLoadException if the checkpoint does not fit or is stored in int8 already
   */
  int quantize(NativeRuntime runtime, Checkpoint checkpoint, Path target, IntConsumer progress)
      throws IOException;
}
