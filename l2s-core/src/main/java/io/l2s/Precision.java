package io.l2s;

/** The number format of a component's weights and products. */
public enum Precision {
  /**
   * By device, processor and number of weights; mostly a format that is faster than f32 and may
   * change answers slightly.
   */
  AUTO,
  /** 32-bit floats; equal to the reference. */
  F32,
  /** bfloat16 weights and products, norms and softmax in f32. */
  BF16,
  /**
   * Weights rounded to 8-bit integers with one scale for each row, products of 8-bit activations
   * scaled row by row, all else in f32. On x86 processors with AVX2 only.
   */
  INT8
}
