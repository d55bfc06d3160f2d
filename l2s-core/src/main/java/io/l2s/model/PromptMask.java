package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** Says which positions of a batch of unequal prompts are tokens. */
final class PromptMask {

  private PromptMask() {}

  /** 1 at the positions of each prompt, 0 beyond: {@code [batch, width]}. */
  public static NDArray of(NDManager scope, int[] lengths, long width) {
    long[] mask = new long[Math.toIntExact(lengths.length * width)];
    for (int row = 0; row < lengths.length; row++) {
      int from = Math.toIntExact(row * width);
      Arrays.fill(mask, from, from + lengths[row], 1);
    }
    return scope.create(mask, new Shape(lengths.length, width));
  }
}
